"""The numbers of the sheet."""

EPOCHS_REGRESSION = 40  # of both regressions
LENGTH = 80  # digits in one sequence
BATCH_SIZE = 32
TRAIN_SIMPLE = 800  # sequences that the SimpleRNN learns from: 600 units are slow
EPOCHS_SIMPLE = 3
TRAIN_GATED = 3200  # sequences that the gated model learns from
EPOCHS_GATED = 6
GATED_UNITS = 32
