"""docs/results.md: every key of results.json, from its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SCHEMA = HERE.parent / "grader" / "report" / "results.schema.json"
BEGIN = """# results.json

What `grade DIR` writes beside the pages, what `grade ci --results FILE` writes, \
and what `grade check --json` prints: everything that a program
may want to know. This page is made by `make docs` from \
[the schema](../grader/report/results.schema.json), to which a test holds every
file. **It is stable**: readers ignore keys that they do not know, \
and what is added keeps the version `grader/results/v1`.

`points` are decided, `points_pending` are open: neither given nor taken ([points.md](points.md)). \
Text that a student wrote may stand in
`message`, `evidence`, `notices` and names: show it, and never run it.

"""


def page() -> str:
    """The text of docs/results.md."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    kinds = schema["$defs"]
    parts = [BEGIN, *_table("The file", schema, kinds)]
    for name, kind in kinds.items():
        if "properties" in kind:
            parts += _table(f"{name.replace('_', ' ').capitalize()}", kind, kinds)
    return "".join(parts)


def _table(title: str, kind: Mapping[str, Any], kinds: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {title}\n\n| key | holds | means |\n|---|---|---|\n"
    always = set(kind.get("required", ()))
    for name, value in kind["properties"].items():
        known = {**kinds.get(str(value.get("$ref", "")).rpartition("/")[2], {}), **value}
        optional = "" if name in always else " (may be absent)"
        yield f"| `{name}` | {_holds(value, kinds)}{optional} | {_cell(known.get('description', ''))} |\n"
    yield "\n"


def _holds(value: Mapping[str, Any], kinds: Mapping[str, Any]) -> str:
    """In words, what a value may be."""
    if reference := str(value.get("$ref", "")).rpartition("/")[2]:
        return reference if "properties" in kinds[reference] else _holds(kinds[reference], kinds)
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return ", ".join("null" if one is None else f"`{one}`" for one in value["enum"])
    if "anyOf" in value:
        return " or ".join(_holds(one, kinds) for one in value["anyOf"])
    kind = value.get("type", "anything")
    words = " or ".join(kind) if isinstance(kind, list) else kind
    if words == "array" and "items" in value:
        return f"a list of: {_holds(value['items'], kinds)}"
    return words


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    (HERE / "results.md").write_text(page(), encoding="utf-8")
