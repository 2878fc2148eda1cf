# %% plain: tuples as caches.
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    i = sigmoid(a[:, :H])
    f = sigmoid(a[:, H : 2 * H])
    o = sigmoid(a[:, 2 * H : 3 * H])
    g = np.tanh(a[:, 3 * H :])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    cache = (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    tanh_c = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
    di = dc * g * i * (1 - i)
    df = dc * prev_c * f * (1 - f)
    do = dnext_h * tanh_c * o * (1 - o)
    dg = dc * i * (1 - g**2)
    da = np.hstack((di, df, do, dg))
    dprev_c = dc * f
    dx = da.dot(Wx.T)
    dprev_h = da.dot(Wh.T)
    dWx = x.T.dot(da)
    dWh = prev_h.T.dot(da)
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    caches = []
    prev_h, prev_c = h0, np.zeros_like(h0)
    for t in range(T):
        prev_h, prev_c, cache = lstm_step_forward(x[:, t, :], prev_h, prev_c, Wx, Wh, b)
        h[:, t, :] = prev_h
        caches.append(cache)
    return h, caches


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    dx, total = [], []
    dprev_h, dprev_c = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        dx_t, dprev_h, dprev_c, *weights = lstm_step_backward(dh[:, t, :] + dprev_h, dprev_c, cache[t])
        dx.insert(0, dx_t)
        total.append(weights)
    dWx, dWh, db = (sum(parts) for parts in zip(*total))
    return np.stack(dx, axis=1), dprev_h, dWx, dWh, db

# %% gate_by_gate: four products, a dict as cache, zero as a Python number.
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    squash = {"g": np.tanh}
    cache = {"x": x, "prev": (prev_h, prev_c), "W": (Wx, Wh)}
    parts = zip("ifog", np.split(Wx, 4, axis=1), np.split(Wh, 4, axis=1), np.split(b, 4))
    for name, wx, wh, bias in parts:
        cache[name] = squash.get(name, lambda z: 0.5 + 0.5 * np.tanh(z / 2))(x @ wx + prev_h @ wh + bias)
    c = cache["i"] * cache["g"] + cache["f"] * prev_c
    cache["t"] = np.tanh(c)
    return cache["o"] * cache["t"], c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    i, f, o, g, t = (cache[name] for name in "ifogt")
    (h, c), (Wx, Wh), x = cache["prev"], cache["W"], cache["x"]
    dnext_c = dnext_c + dnext_h * o - dnext_h * o * t * t
    by_gate = [dnext_c * g * (i - i * i), dnext_c * c * (f - f * f), dnext_h * t * (o - o * o), dnext_c * i * (1 - g * g)]
    dx = sum(d @ w.T for d, w in zip(by_gate, np.split(Wx, 4, 1)))
    dh = sum(d @ w.T for d, w in zip(by_gate, np.split(Wh, 4, 1)))
    d = np.concatenate(by_gate, 1)
    return [dx, dh, dnext_c * f, x.T @ d, h.T @ d, d.sum(0)]


def lstm_forward(x, h0, Wx, Wh, b):
    states, caches, c = [h0], [], 0
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], states[-1], c, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.moveaxis(np.array(states[1:]), 0, 1), tuple(caches)


def lstm_backward(dh, cache):
    dx, weights, by_h, by_c = np.zeros((*dh.shape[:2], len(cache[0]["W"][0]))), [0, 0, 0], 0, 0
    for t in range(len(cache) - 1, -1, -1):
        dx[:, t], by_h, by_c, *new = lstm_step_backward(dh[:, t] + by_h, by_c, cache[t])
        weights = [a + b for a, b in zip(weights, new)]
    return dx, by_h, *weights

# %% in_place: the gradient by the cell state is added up in the array that is given.
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
