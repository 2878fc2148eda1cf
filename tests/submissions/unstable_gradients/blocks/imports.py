# %% plain: What the template imports.
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from sklearn.datasets import make_regression

tf.keras.utils.set_random_seed(7)

# %% from_keras: Names from Keras, as courses write them.
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from sklearn.datasets import make_regression
from tensorflow.keras import Model
from tensorflow.keras.initializers import he_uniform
from tensorflow.keras.layers import GRU, LSTM, Bidirectional, Dense, Input, SimpleRNN
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import SGD, Adam

np.random.seed(7)
tf.random.set_seed(7)
