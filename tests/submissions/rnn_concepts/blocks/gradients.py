# %% dict: a dict of both.
def bptt_gradients(x, h0, U, W, V, b, c, y):
    hs, ys = rnn_forward(x, h0, U, W, V, b, c)
    dU, dW = np.zeros_like(U), np.zeros_like(W)
    carried = np.zeros_like(h0)
    for t in range(x.shape[1] - 1, -1, -1):
        error = ys[:, t] - y[:, t]
        dh = error @ V.T + carried
        dz = dh * (1 - hs[:, t] ** 2)
        before = hs[:, t - 1] if t else h0
        dU += x[:, t].T @ dz
        dW += before.T @ dz
        carried = dz @ W.T
    return {"U": dU, "W": dW}

# %% tape: a tuple, by TensorFlow's tape.
def bptt_gradients(x, h0, U, W, V, b, c, y):
    U, W = tf.Variable(U), tf.Variable(W)
    with tf.GradientTape() as tape:
        _, predictions = rnn_forward(x, h0, U, W, V, b, c)
        loss = 0.5 * tf.reduce_sum((predictions - y) ** 2)
    return tuple(tape.gradient(loss, [U, W]))

# %% one_sequence: a single sequence, with outer products.
def bptt_gradients(x, h0, U, W, V, b, c, y):
    hs, ys = rnn_forward(x, h0, U, W, V, b, c)
    dU = np.zeros(U.shape)
    dW = np.zeros(W.shape)
    later = np.zeros(len(h0))
    for t in reversed(range(len(x))):
        d = (V @ (ys[t] - y[t]) + later) * (1 - hs[t] ** 2)
        dU += np.outer(x[t], d)
        dW += np.outer(h0 if t == 0 else hs[t - 1], d)
        later = W @ d
    return dU, dW

# %% all_of_them: gradients of every weight, from a forward pass of its own.
def bptt_gradients(*, x, h0, U, W, V, b, c, y):
    y_hat, h = rnn_forward(x=x, h0=h0, U=U, W=W, V=V, b=b, c=c)
    grads = {name: np.zeros_like(value) for name, value in dict(U=U, W=W, V=V, b=b, c=c).items()}
    previous = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
    dnext = 0
    for t in reversed(range(h.shape[1])):
        dy = y_hat[:, t] - y[:, t]
        grads["V"] += h[:, t].T @ dy
        grads["c"] += dy.sum(0)
        dz = (dy @ V.T + dnext) * (1 - np.square(h[:, t]))
        grads["U"] += x[:, t].T @ dz
        grads["W"] += previous[:, t].T @ dz
        grads["b"] += dz.sum(0)
        dnext = dz @ W.T
    return grads

# %% of_lists: with the lists that the forward pass gives.
def bptt_gradients(x, h0, U, W, V, b, c, y):
    hs, ys = rnn_forward(x, h0, U, W, V, b, c)
    hs = [h0] + list(hs)
    dU, dW, back = 0 * U, 0 * W, 0 * h0
    for t in range(len(ys), 0, -1):
        back = (np.dot(ys[t - 1] - y[:, t - 1], V.T) + back) * (1 - hs[t] * hs[t])
        dU = dU + np.dot(x[:, t - 1].T, back)
        dW = dW + np.dot(hs[t - 1].T, back)
        back = np.dot(back, W.T)
    return [dU, dW]

# %% two_steps: written out for two steps alone.
def bptt_gradients(x, h0, U, W, V, b, c, y):
    h1 = np.tanh(x[:, 0] @ U + h0 @ W + b)
    h2 = np.tanh(x[:, 1] @ U + h1 @ W + b)
    d2 = ((h2 @ V + c - y[:, 1]) @ V.T) * (1 - h2**2)
    d1 = ((h1 @ V + c - y[:, 0]) @ V.T + d2 @ W.T) * (1 - h1**2)
    return {"U": x[:, 0].T @ d1 + x[:, 1].T @ d2, "W": h0.T @ d1 + h1.T @ d2}

# %% every_pair: from the loss of each step back to every step before, two loops.
def bptt_gradients(x, h0, U, W, V, b, c, y):
    hs, outs = rnn_forward(x, h0, U, W, V, b, c)
    dU, dW = np.zeros(U.shape), np.zeros(W.shape)
    for k in range(x.shape[1]):
        dh = (outs[:, k] - y[:, k]) @ V.T
        for t in range(k, -1, -1):
            da = dh * (1 - hs[:, t] ** 2)
            dU += x[:, t].T @ da
            dW += (hs[:, t - 1] if t > 0 else h0).T @ da
            dh = da @ W.T
    return dU, dW

# %% differences: what the loss gains when one weight is moved a little, one weight after the other.
def bptt_gradients(x, h0, U, W, V, b, c, y):
    def loss(U, W):
        return 0.5 * np.sum((rnn_forward(x, h0, U, W, V, b, c)[1] - y) ** 2)

    def moved(matrix, place):
        other = matrix.copy()
        other[place] += 1e-6
        return other

    now = loss(U, W)
    dU = np.array([[(loss(moved(U, (i, j)), W) - now) / 1e-6 for j in range(U.shape[1])] for i in range(U.shape[0])])
    dW = np.array([[(loss(U, moved(W, (i, j))) - now) / 1e-6 for j in range(W.shape[1])] for i in range(W.shape[0])])
    return dU, dW
