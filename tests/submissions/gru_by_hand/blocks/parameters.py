# %% small: fewer sequences than the sheet's.
SEQ_LEN = 25
NUM_SAMPLES = 9_600
BATCH_SIZE = 32
EPOCHS = 2
LEARNING_RATE = 2e-3
READ_IN = 32
GRU_UNITS = 48
