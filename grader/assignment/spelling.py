"""Names of the sheet in another spelling: LSTMCell for LSTM_Cell, trainDs for train_ds."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def folded(name: str) -> str:
    """The name without underscores and capitals."""
    return name.replace("_", "").lower()


def other_spellings(contract: Collection[str], defined: Collection[str]) -> Mapping[str, str]:
    """Contract name -> the name that a notebook defines instead of it: the only one that differs in capitals and underscores.

    A name that the notebook does define, or that fits two definitions, is left out.
    """
    found = {}
    for wanted in contract:
        if wanted not in defined:
            similar = [name for name in defined if folded(name) == folded(wanted) and name not in contract]
            if len(similar) == 1:
                found[wanted] = similar[0]
    return found
