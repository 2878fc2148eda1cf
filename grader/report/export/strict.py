"""JSON that every reader takes."""

from __future__ import annotations

import json
from typing import Any

from grader.report.results import strict


def json_bytes(value: Any) -> bytes:
    """A value as JSON text: no halves of characters, no NaN."""
    return (json.dumps(strict(value), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")
