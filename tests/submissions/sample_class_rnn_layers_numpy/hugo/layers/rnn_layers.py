import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    cache = {"x": x, "h": prev_h, ("W", "x"): Wx, ("W", "h"): Wh, 0: None}
    cache[0] = np.tanh(np.matmul(np.hstack([x, prev_h]), np.vstack([Wx, Wh])) + b)
    return cache[0], cache


def rnn_step_backward(dnext_h, cache):
    dz = dnext_h - dnext_h * cache[0] * cache[0]
    both = np.hstack([cache["x"], cache["h"]]).T @ dz
    D = cache["x"].shape[1]
    return dz @ cache["W", "x"].T, dz @ cache["W", "h"].T, both[:D], both[D:], dz.sum(0)


def rnn_forward(x, h0, Wx, Wh, b):
    h = [h0]
    for t in range(x.shape[1]):
        h.append(np.tanh(x[:, t] @ Wx + h[t] @ Wh + b))
    return np.array(h[1:]).transpose(1, 0, 2), {"x": x, "h": np.array(h), "Wx": Wx, "Wh": Wh}


def rnn_backward(dh, cache):
    x, h, Wx, Wh = (cache[name] for name in ("x", "h", "Wx", "Wh"))
    dx, carried = np.zeros(x.shape), 0
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(len(Wh))
    for t in range(x.shape[1])[::-1]:
        dz = (dh[:, t] + carried) * (1 - h[t + 1] ** 2)
        carried = dz @ Wh.T
        dx[:, t] = dz @ Wx.T
        dWx, dWh, db = dWx + x[:, t].T @ dz, dWh + h[t].T @ dz, db + dz.sum(axis=0)
    return dx, carried, dWx, dWh, db


def word_embedding_forward(x, W):
    out = W[x]
    cache = (x, W)
    return out, cache


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW


def sigmoid(x):
    pos_mask = x >= 0
    z = np.zeros_like(x)
    z[pos_mask] = np.exp(-x[pos_mask])
    z[~pos_mask] = np.exp(x[~pos_mask])
    top = np.ones_like(x)
    top[~pos_mask] = z[~pos_mask]
    return top / (1 + z)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    N, H = prev_h.shape
    a = (x @ Wx + prev_h @ Wh + b).reshape(N, 4, H)
    a[:, :3] = sigmoid(a[:, :3])
    a[:, 3] = np.tanh(a[:, 3])
    next_c = a[:, 1] * prev_c + a[:, 0] * a[:, 3]
    return a[:, 2] * np.tanh(next_c), next_c, (x, prev_h, prev_c, Wx, Wh, a, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, a, next_c = cache
    N, _, H = a.shape
    t = np.tanh(next_c)
    dnext_c += dnext_h * a[:, 2] * (1 - t**2)
    d = np.empty_like(a)
    d[:, 0] = dnext_c * a[:, 3]
    d[:, 1] = dnext_c * prev_c
    d[:, 2] = dnext_h * t
    d[:, 3] = dnext_c * a[:, 0] * (1 - a[:, 3] ** 2)
    d[:, :3] *= a[:, :3] * (1 - a[:, :3])
    d = d.reshape(N, 4 * H)
    return d @ Wx.T, d @ Wh.T, dnext_c * a[:, 1], x.T @ d, prev_h.T @ d, d.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    N, H = h0.shape
    h, cache = np.zeros((N, T, H)), {}
    c = np.zeros((N, H))
    state = h0
    for t in range(T):
        state, c, cache[t] = lstm_step_forward(x[:, t], state, c, Wx, Wh, b)
        h[:, t] = state
    cache["D"] = D
    return h, cache


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    dx = np.zeros((N, T, cache["D"]))
    dprev_h, dprev_c, dWx, dWh, db = np.zeros((N, H)), np.zeros((N, H)), 0, 0, 0
    for t in range(T)[::-1]:
        dx[:, t], dprev_h, dprev_c, wx, wh, wb = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
        dWx, dWh, db = dWx + wx, dWh + wh, db + wb
    return dx, dprev_h, dWx, dWh, db