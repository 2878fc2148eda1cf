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

