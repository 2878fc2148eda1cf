"""Names of the sheet in another spelling: LSTMCell for LSTM_Cell, trainDs for train_ds."""

from __future__ import annotations

from collections.abc import Collection, Mapping

SYNONYMS = {  # of the numbers on which questions depend, folded
    "SEQ_LEN": ("seqlen", "seqlength", "sequencelen", "sequencelength", "timesteps", "ntimesteps", "numtimesteps", "noiselength"),
    "BATCH_SIZE": ("batchsize", "batch", "bs", "sizeofbatch", "minibatchsize"),
}


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


def number_meant(wanted: str, known: Mapping[str, object]) -> int | None:
    """The whole number that a notebook keeps under another name for the sheet's `wanted`; None when there is none, or two that differ."""
    names = (folded(wanted), *SYNONYMS.get(wanted, ()))
    found = {value for name, value in known.items() if folded(name) in names and isinstance(value, int)}
    return found.pop() if len(found) == 1 else None
