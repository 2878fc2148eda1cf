#!/usr/bin/env python3
'''One part of the homework'''
import numpy as np


def bi_rnn(bi_cell, X, h_0, h_t):
    t, m, _ = X.shape
    h = h_0.shape[1]
    H = np.zeros((t, m, 2 * h))
    for step in range(t):
        before = h_0 if step == 0 else H[step - 1, :, :h]
        H[step, :, :h] = bi_cell.forward(before, X[step])
        back = t - 1 - step
        after = h_t if step == 0 else H[back + 1, :, h:]
        H[back, :, h:] = bi_cell.backward(after, X[back])
    return H, bi_cell.output(H)
