#!/usr/bin/env python3
'''One part of the homework'''
import numpy as np


class GRUCell:
    def __init__(self, i, h, o):
        shape = (i + h, h)
        self.Wz, self.bz = np.random.randn(*shape), np.zeros((1, h))
        self.Wr, self.br = np.random.randn(*shape), np.zeros((1, h))
        self.Wh, self.bh = np.random.randn(*shape), np.zeros((1, h))
        self.Wy, self.by = np.random.randn(h, o), np.zeros((1, o))

    def forward(self, h_prev, x_t):
        def squash(z):
            return 0.5 * (1 + np.tanh(z / 2))

        both = np.c_[h_prev, x_t]
        update, reset = squash(both.dot(self.Wz) + self.bz), squash(both.dot(self.Wr) + self.br)
        new = np.tanh(np.c_[h_prev * reset, x_t].dot(self.Wh) + self.bh)
        h_next = h_prev + update * (new - h_prev)
        e = np.exp(h_next.dot(self.Wy) + self.by)
        return h_next, e / e.sum(1).reshape(-1, 1)
