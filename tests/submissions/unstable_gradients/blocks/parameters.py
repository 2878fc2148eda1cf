# %% small: A shorter task and less data for the slow network: as good to judge, and done in seconds.
EPOCHS_REGRESSION = 25
LENGTH = 60
BATCH_SIZE = 32
TRAIN_SIMPLE = 96
EPOCHS_SIMPLE = 2
TRAIN_GATED = 2560
EPOCHS_GATED = 5
GATED_UNITS = 32

# %% sheets: The numbers of the sheet.
EPOCHS_REGRESSION = 40
LENGTH = 80
BATCH_SIZE = 32
TRAIN_SIMPLE = 800
EPOCHS_SIMPLE = 3
TRAIN_GATED = 3200
EPOCHS_GATED = 6
GATED_UNITS = 32

# %% none: Numbers stand where they are used; these are for the digits.
EPOCHS_REGRESSION, LENGTH, BATCH_SIZE = 25, 60, 32
TRAIN_SIMPLE, EPOCHS_SIMPLE, TRAIN_GATED, EPOCHS_GATED, GATED_UNITS = 96, 2, 2560, 5, 24
