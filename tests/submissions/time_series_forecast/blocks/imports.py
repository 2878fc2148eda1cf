# %% usual: what the template imports.
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

# %% keras: Keras' names alone.
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
