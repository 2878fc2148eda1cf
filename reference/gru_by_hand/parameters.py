"""The numbers of the homework, as they stand in the notebook's parameter cell."""

SEQ_LEN = 25  # time steps in one sequence
NUM_SAMPLES = 64_000  # sequences per epoch
BATCH_SIZE = 32
EPOCHS = 3
LEARNING_RATE = 1e-3
READ_IN = 32  # units of the read-in layer
GRU_UNITS = 64  # units of the GRU
