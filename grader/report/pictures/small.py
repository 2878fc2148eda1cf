"""Pictures within a line of a table."""

from __future__ import annotations

SMALL = 90  # units wide: a picture within a line


def share_svg(share: float) -> str:
    """A small bar, filled by `share` (0 to 1), for a line of a table. The number belongs beside it, for those
    who see no pictures."""
    full = f'<rect class="track" width="{SMALL}" height="10" rx="3"/>'
    part = (
        f'<rect class="box" width="{SMALL * min(max(share, 0.0), 1.0):.1f}" height="10" rx="3"/>'
        if share > 0
        else ""
    )
    return _small(full + part)


def correlation_svg(value: float) -> str:
    """A dot between -1 and 1, with a mark at 0, for a line of a table; the number belongs beside it."""
    middle, x = SMALL / 2, 5 + (SMALL - 10) * (min(max(value, -1.0), 1.0) + 1) / 2
    axis = (
        f'<rect class="track" y="4" width="{SMALL}" height="2"/><rect class="track" x="{middle - 1:g}"'
        ' width="2" height="10"/>'
    )
    return _small(f'{axis}<circle class="dot" cx="{x:.1f}" cy="5" r="4.5"/>')


def _small(parts: str) -> str:
    return (
        f'<svg class="small" viewBox="0 0 {SMALL} 10" aria-hidden="true"'
        f' xmlns="http://www.w3.org/2000/svg">{parts}</svg>'
    )
