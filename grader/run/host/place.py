"""Where a run happens: the level of isolation and the server that forks its kernel."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one run happens. Without a server the kernel is a new, cold process of our own user."""

    level: str = "none"
    server: str = ""  # path of the fork server's socket
    box: str = ""  # what the kernel is shut into, as the server reads it
    user: int = 0  # whom the kernel becomes; 0: who we are


NO_PLACE = Place()
