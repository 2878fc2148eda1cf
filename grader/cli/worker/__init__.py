"""`grade worker ADDRESS`: what can be typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.errors import UsageError


def worker(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The scheduler: tls://HOST:8786.")] = "",
    slots: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Notebooks at a time; else what the machine can carry."),
    ] = None,
    tls: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="The cluster's ca.pem, cert.pem and key.pem; else what Dask's configuration says.",
        ),
    ] = None,
    no_tls: Annotated[
        bool, typer.Option("--no-tls", help="Serve an open address, in a network that is yours alone.")
    ] = False,
    no_isolation: Annotated[
        bool,
        typer.Option(
            "--no-isolation", help="Let the notebooks run with your own rights: on a machine you can spare."
        ),
    ] = False,
    hide: Annotated[
        list[Path] | None,
        typer.Option(metavar="FOLDER", help="No notebook may see this folder (may be repeated)."),
    ] = None,
    new_keys: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Only make the keys of a new cluster.")
    ] = None,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but troubles.")] = False,
) -> None:
    """Run notebooks for `grade DIR --cluster`. It serves another machine, until Ctrl-C."""
    from grader.cli.worker.work import make_keys, work_for

    if new_keys is not None:
        raise typer.Exit(make_keys(new_keys))
    if not address:
        raise UsageError("for which scheduler? give its address: grade worker tls://HOST:8786 --tls FOLDER")
    raise typer.Exit(
        work_for(
            address,
            slots=slots,
            keys=tls,
            no_tls=no_tls,
            no_isolation=no_isolation,
            hide=tuple(hide or ()),
            with_parent=with_parent,
            quiet=quiet,
        )
    )
