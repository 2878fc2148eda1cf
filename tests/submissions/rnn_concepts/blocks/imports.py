# %% numpy: NumPy alone.
import numpy as np

# %% tensorflow: TensorFlow.
import tensorflow as tf
