"""The numbers of the homework, as they stand in the notebook's parameter cell."""

SERIES_SEED = 1  # which series
SPLIT_TIME = 1100  # days to train on; those after it are forecast
WINDOW_SIZE = 20  # days that a forecast sees
BATCH_SIZE = 32
SHUFFLE_BUFFER = 1000
SWEEP_EPOCHS = 25  # one learning rate each
EPOCHS = 30
