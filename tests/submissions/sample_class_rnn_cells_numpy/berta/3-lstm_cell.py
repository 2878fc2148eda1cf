#!/usr/bin/env python3
'''One part of the homework'''
import numpy as np


class LSTMCell:
    def forward(self, *given):
        raise ValueError("an older version")


class LSTMCell:
    def __init__(self, i, h, o):
        for gate in ("f", "u", "c", "o"):
            setattr(self, f"W{gate}", np.random.randn(i + h, h))
            setattr(self, f"b{gate}", np.zeros((1, h)))
        self.Wy, self.by = np.random.randn(h, o), np.zeros((1, o))

    def forward(self, h_prev, c_prev, x_t):
        W = np.hstack([self.Wf, self.Wu, self.Wc, self.Wo])
        b = np.hstack([self.bf, self.bu, self.bc, self.bo])
        f, u, c, o = np.split(np.hstack([h_prev, x_t]) @ W + b, 4, axis=1)
        f, u, o = [1 / (1 + np.exp(-part)) for part in (f, u, o)]
        c_next = c_prev * f + np.tanh(c) * u
        h_next = np.tanh(c_next) * o
        z = h_next @ self.Wy + self.by
        z = z - z.max()
        return h_next, c_next, np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        return None
