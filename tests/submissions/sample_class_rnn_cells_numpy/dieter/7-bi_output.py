#!/usr/bin/env python3
'''One part of the homework'''
import numpy as np


class BidirectionalCell:
    def __init__(self, i, h, o):
        self.Whf, self.Whb = np.random.randn(i + h, h), np.random.randn(i + h, h)
        self.Wy = np.random.randn(h + h, o)
        self.bhf, self.bhb, self.by = np.zeros((1, h)), np.zeros((1, h)), np.zeros((1, o))

    def forward(self, h_prev, x_t):
        h_next = np.tanh(np.hstack((h_prev, x_t)).dot(self.Whf) + self.bhf)
        return h_next

    def backward(self, h_next, x_t):
        h_prev = np.tanh(np.hstack((h_next, x_t)).dot(self.Whb) + self.bhb)
        return h_prev

    def output(self, H):
        t, m, _ = H.shape
        Y = np.zeros((t, m, self.by.shape[1]))
        for step in range(t):
            z = np.exp(H[step].dot(self.Wy) + self.by)
            Y[step] = z / z.sum(axis=1)[:, np.newaxis]
        return Y
