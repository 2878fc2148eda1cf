from layers.rnn_layers import *
import numpy as np

print(rnn_forward(np.ones((2, 3, 4)), np.zeros((2, 5)), np.ones((4, 5)), np.ones((5, 5)), np.zeros(5))[0].shape)
