#!/usr/bin/env python3
'''One part of the homework'''
import numpy as np


class RNNCell:
    """A cell."""

    def __init__(self, i, h, o):
        self.i, self.h, self.o = i, h, o
        self.bh = np.zeros(shape=(1, h))
        self.Wh = np.random.randn(i + h, h)
        self.by = np.zeros(shape=(1, o))
        self.Wy = np.random.randn(h, o)

    @staticmethod
    def softmax(x):
        return np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)

    def forward(self, h_prev, x_t):
        print "one step", x_t.shape  # tried
        assert x_t.shape[1] == self.i
        h_next = np.tanh(np.matmul(np.hstack([h_prev, x_t]), self.Wh) + self.bh)
        return h_next, self.softmax(np.matmul(h_next, self.Wy) + self.by)
