# %% small: 400 steps; a rate that three stacked layers learn with, too.
SEQ_LEN = 25
NUM_SAMPLES = 6_400
BATCH_SIZE = 32
EPOCHS = 2
LEARNING_RATE = 3e-3

# %% short: sequences of ten steps, in batches of fifty.
SEQ_LEN = 10
NUM_SAMPLES = 10_000
BATCH_SIZE = 50
EPOCHS = 2
LEARNING_RATE = 5e-3

# %% long: sequences of forty steps, in batches of 64.
SEQ_LEN = 40
NUM_SAMPLES = 12_800
BATCH_SIZE = 64
EPOCHS = 2
LEARNING_RATE = 3e-3

# %% own_names: numbers under names of the student's own; only the length keeps the sheet's.
SEQ_LEN, batch_size = 25, 32
number_of_sequences, how_often, rate = 6_400, 2, 3e-3
NUM_SAMPLES, BATCH_SIZE, EPOCHS, LEARNING_RATE = number_of_sequences, batch_size, how_often, rate

# %% for_eager: few and larger batches, because a step without a graph takes a tenth of a second.
SEQ_LEN = 25
NUM_SAMPLES = 3_840
BATCH_SIZE = 64
EPOCHS = 2
LEARNING_RATE = 5e-3
