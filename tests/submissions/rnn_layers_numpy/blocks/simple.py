# %% plain: tuples as caches.
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    cache = (x, prev_h, Wx, Wh, next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dz = dnext_h * (1 - next_h**2)
    dx = dz.dot(Wx.T)
    dprev_h = dz.dot(Wh.T)
    dWx = x.T.dot(dz)
    dWh = prev_h.T.dot(dz)
    db = np.sum(dz, axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    caches, prev_h = [], h0
    for t in range(T):
        prev_h, cache = rnn_step_forward(x[:, t, :], prev_h, Wx, Wh, b)
        h[:, t, :] = prev_h
        caches.append(cache)
    return h, caches


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx, dWx, dWh, db = np.zeros((N, T, D)), np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    dprev_h = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dx[:, t, :], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t, :] + dprev_h, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev_h, dWx, dWh, db

# %% dicts: a dict as cache, with keys of every kind; the sequence is written without the step.
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

# %% differences: gradients by moving every number a little, of a forward pass with loops.
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.zeros((x.shape[0], b.shape[0]))
    for n in range(next_h.shape[0]):
        for k in range(next_h.shape[1]):
            next_h[n, k] = np.tanh(sum(x[n] * Wx[:, k]) + sum(prev_h[n] * Wh[:, k]) + b[k])
    return next_h, [x, prev_h, Wx, Wh, b]


def moved(function, given, upstream):
    found = []
    for array in given:
        gradient = np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            kept = array[place]
            array[place] = kept + 1e-6
            more = function(*given)[0]
            array[place] = kept - 1e-6
            gradient[place] = np.sum((more - function(*given)[0]) * upstream) / 2e-6
            array[place] = kept
        found.append(gradient)
    return tuple(found)


def rnn_step_backward(dnext_h, cache):
    return moved(rnn_step_forward, cache, dnext_h)


def rnn_forward(x, h0, Wx, Wh, b):
    states, h = [], h0
    for step in np.swapaxes(x, 0, 1):
        h, _ = rnn_step_forward(step, h, Wx, Wh, b)
        states.append(h)
    return np.stack(states, 1), [x, h0, Wx, Wh, b]


def rnn_backward(dh, cache):
    return moved(rnn_forward, cache, dh)

# %% in_place: gradients are added into what is given; the bias has an axis more.
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = x @ Wx
    next_h += prev_h @ Wh
    next_h += b
    np.tanh(next_h, out=next_h)
    return next_h, (x.copy(), prev_h.copy(), Wx, Wh, next_h.copy())


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dnext_h *= 1 - next_h * next_h
    return dnext_h @ Wx.T, dnext_h @ Wh.T, x.T @ dnext_h, prev_h.T @ dnext_h, dnext_h.sum(axis=0, keepdims=True)


def rnn_forward(x, h0, Wx, Wh, b):
    caches, h = {}, np.empty((*x.shape[:2], h0.shape[1]))
    for t in range(x.shape[1]):
        h[:, t], caches[t] = rnn_step_forward(x[:, t], h[:, t - 1] if t else h0, Wx, Wh, b)
    caches["x"] = x
    return h, caches


def rnn_backward(dh, cache):
    T = dh.shape[1]
    dx, total = np.zeros_like(cache["x"]), [0, 0, 0]
    for t in reversed(range(T)):
        dx[:, t], back, *parts = rnn_step_backward(dh[:, t], cache[t])
        total = [a + b for a, b in zip(total, parts)]
        if t:
            dh[:, t - 1] += back
    return dx, back, *total
