"""Who belongs to a cluster: one certificate for all its programs, made by us or by whoever runs the
cluster."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from distributed.security import Security

from grader.errors import UsageError

CA, CERT, KEY = "ca.pem", "cert.pem", "key.pem"


def new_security() -> Security:
    """A fresh key and its certificate, in memory."""
    return Security.temporary()


def save_keys(security: Security, folder: Path) -> None:
    """Write them into a private folder, for the other programs of this cluster.

    Raises:
        UsageError: there are keys in it already.
        OSError: they cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / KEY).exists():
        raise UsageError(f"{folder} holds keys already: give a new folder, or delete it")
    for name, text in (
        (CA, security.tls_ca_file),
        (CERT, security.tls_client_cert),
        (KEY, security.tls_client_key),
    ):
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)


def load_security(folder: Path | None) -> Security | None:
    """The keys in a folder; without one, those that Dask's own configuration names, None when it names none.

    Raises:
        UsageError: the folder lacks some.
    """
    if folder is None:
        found = Security()
        return found if found.tls_ca_file else None
    if missing := [name for name in (CA, CERT, KEY) if not (folder / name).is_file()]:
        raise UsageError(
            f"{folder} has no {missing[0]}: `grade worker --new-keys FOLDER` makes {CA}, {CERT} and {KEY}"
        )
    ca, cert, key = (str(folder / name) for name in (CA, CERT, KEY))
    roles: dict[str, Any] = {f"tls_{who}_{what}": path for who in ("client", "scheduler", "worker")
                             for what, path in (("cert", cert), ("key", key))}  # fmt: skip
    return Security(tls_ca_file=ca, require_encryption=True, **roles)


def check_address(address: str, *, no_tls: bool) -> None:
    """See that nobody in between can read or send orders.

    Raises:
        UsageError: it is no address, or an open one of another machine.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("tcp", "tls") or not parts.hostname or not _port(address):
        raise UsageError(
            f"{address!r} is no scheduler's address: it looks like tls://HOST:8786, or local:4 for this"
            " machine alone"
        )
    if parts.scheme == "tcp" and not no_tls and not _is_loopback(parts.hostname):
        raise UsageError(
            f"{address} is not encrypted: whoever shares its network could read homework and run programs on"
            " every machine of the cluster, this one too. Give tls://... and --tls FOLDER; --no-tls accepts"
            " it in a network that is yours alone"
        )


def _port(address: str) -> int | None:
    try:
        return urlsplit(address).port
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
