"""Names of the sheet in another spelling: LSTMCell for LSTM_Cell, trainDs for train_ds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

LENGTH = (  # of numbers that decide how a notebook is asked, and how long it trains: folded
    *(
        "seqlen",
        "seqlength",
        "sequencelen",
        "sequencelength",
        "timesteps",
        "ntimesteps",
        "numtimesteps",
        "noiselength",
    ),
    *("nsteps", "numsteps", "length"),
)
BATCH = ("batchsize", "batch", "bs", "sizeofbatch", "minibatchsize", "minibatch")
SAMPLES = (
    *(
        "numsamples",
        "nsamples",
        "samples",
        "numberofsamples",
        "nsequences",
        "numsequences",
        "numberofsequences",
    ),
    *(
        "datasetsize",
        "ntrain",
        "numtrain",
        "trainsize",
        "trainsamples",
        "ntrainsamples",
        "numtrainsamples",
        "trainingsize",
    ),
)
EPOCHS = ("epochs", "nepochs", "numepochs", "numberofepochs", "maxepochs", "trainingepochs")
GROUPS = (LENGTH, BATCH, SAMPLES, EPOCHS)  # names of one thing each: a sheet's own is any of them
MOST_STEPS = 200  # steps of a sequence: a larger `num_steps` means steps of training


def folded(name: str) -> str:
    """The name without underscores and capitals."""
    return name.replace("_", "").lower()


def synonyms(name: str) -> tuple[str, ...]:
    """Other names of the same number, folded; none for a number that has no usual name."""
    return next((group for group in GROUPS if folded(name) in group), ())


def other_spellings(contract: Collection[str], defined: Collection[str]) -> Mapping[str, str]:
    """Contract name -> the name that a notebook defines instead of it: the only one that differs in capitals
    and underscores.

    A name that the notebook does define, or that fits two definitions, is left out.
    """
    found = {}
    for wanted in contract:
        if wanted not in defined:
            similar = [name for name in defined if folded(name) == folded(wanted) and name not in contract]
            if len(similar) == 1:
                found[wanted] = similar[0]
    return found


def number_meant(wanted: str, stated: Iterable[tuple[str, object]]) -> tuple[str, int] | None:
    """The name, and the whole number under it, that a notebook has for the sheet's `wanted`, of these names
    and values; None when there is none, or when there are numbers that differ."""
    group = synonyms(wanted)
    names = (folded(wanted), *group)
    most = MOST_STEPS if group is LENGTH else float("inf")
    found = [
        (name, value)
        for name, value in stated
        if folded(name) in names and isinstance(value, int) and 0 < value <= most
    ]
    return found[0] if len({value for _, value in found}) == 1 else None


def setting_meant(wanted: str, stated: Iterable[tuple[str, object]]) -> tuple[str, int | float] | None:
    """The name, and the number under it, of a setting that is called like the sheet's parameter but for
    capitals and underscores; None when there is none, or when there are numbers that differ."""
    found = [
        (name, value)
        for name, value in stated
        if folded(name) == folded(wanted) and isinstance(value, int | float) and not isinstance(value, bool)
    ]
    return found[0] if len({value for _, value in found}) == 1 else None
