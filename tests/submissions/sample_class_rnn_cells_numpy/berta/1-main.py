#!/usr/bin/env python3
import numpy as np
RNNCell = __import__('0-rnn_cell').RNNCell
rnn = __import__('1-rnn').rnn

np.random.seed(1)
H, Y = rnn(RNNCell(10, 15, 5), np.random.randn(6, 8, 10), np.zeros((8, 15)))
print(H.shape, Y.shape)
