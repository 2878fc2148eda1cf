#!/usr/bin/env python3
'''One part of the homework'''
import numpy as np


def deep_rnn(rnn_cells, X, h_0):
    t, m, i = X.shape
    layers, _, h = h_0.shape
    H = np.zeros((t + 1, layers, m, h))
    H[0] = h_0
    Y = np.zeros((t, m, rnn_cells[-1].by.shape[1]))
    for step in range(t):
        for layer in range(layers):
            x = X[step] if layer == 0 else H[step + 1, layer - 1]
            H[step + 1, layer], Y[step] = rnn_cells[layer].forward(H[step, layer], x)
    return H, Y
