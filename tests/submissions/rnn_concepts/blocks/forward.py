# %% matrices: a batch at once.
def rnn_forward(x, h0, U, W, V, b, c):
    h = h0
    hs = []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ U + h @ W + b)
        hs.append(h)
    hs = np.stack(hs, axis=1)
    return hs, hs @ V + c

# %% tensors: with TensorFlow's operations.
def rnn_forward(x, h0, U, W, V, b, c):
    state = tf.convert_to_tensor(h0)
    states = []
    for step in tf.unstack(tf.convert_to_tensor(x), axis=1):
        state = tf.tanh(tf.matmul(step, U) + tf.matmul(state, W) + b)
        states.append(state)
    states = tf.stack(states, axis=1)
    return states, tf.einsum("btu,uo->bto", states, V) + c

# %% loops: one sequence, one unit after the other.
def rnn_forward(x, h0, U, W, V, b, c):
    time, features = x.shape
    units, outputs = V.shape
    before = [float(v) for v in h0]
    states, predictions = [], []
    for t in range(time):
        now = []
        for j in range(units):
            total = b[j]
            for k in range(features):
                total += x[t, k] * U[k, j]
            for k in range(units):
                total += before[k] * W[k, j]
            now.append(np.tanh(total))
        states.append(now)
        predictions.append([sum(now[k] * V[k, m] for k in range(units)) + c[m] for m in range(outputs)])
        before = now
    return np.array(states), np.array(predictions)

# %% named: keyword arguments only, in another order.
def rnn_forward(*, U, W, V, b, c, h0, x):
    h, hs, ys = h0, [], []
    for xt in np.swapaxes(x, 0, 1):
        h = np.tanh(np.dot(xt, U) + np.dot(h, W) + b)
        hs.append(h)
        ys.append(np.dot(h, V) + c)
    return np.stack(ys, 1), np.stack(hs, 1)

# %% lists: lists of the steps' arrays.
def rnn_forward(x, h0, U, W, V, b, c):
    hs, ys = [], []
    h = h0.copy()
    for t in range(x.shape[1]):
        z = x[:, t, :].dot(U)
        z += h.dot(W)
        z += b
        h = np.tanh(z)
        hs.append(h)
        ys.append(h.dot(V) + c)
    return hs, ys
