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

# %% of_an_object: a class that keeps the weights; einsum, and the start in the array of states.
class Network:
    def __init__(self, U, W, V, b, c):
        self.U, self.W, self.V, self.b, self.c = U, W, V, b, c

    def run(self, x, h0):
        states = np.empty((len(x), x.shape[1] + 1, h0.shape[1]))
        states[:, 0] = h0
        for t in range(x.shape[1]):
            step = np.einsum("bf,fu->bu", x[:, t], self.U) + np.einsum("bu,uv->bv", states[:, t], self.W)
            states[:, t + 1] = np.tanh(step + self.b)
        return states, np.einsum("btu,uo->bto", states[:, 1:], self.V) + self.c


def rnn_forward(x, h0, U, W, V, b, c):
    states, outputs = Network(U, W, V, b, c).run(x, h0)
    return states[:, 1:], outputs

# %% nested: float32, and lists of lists of plain numbers.
def rnn_forward(x, h0, U, W, V, b, c):
    x, h, U, W, V, b, c = [np.asarray(one, np.float32) for one in (x, h0, U, W, V, b, c)]
    hs, ys = [], []
    for t in range(len(x[0])):
        h = np.tanh(np.matmul(x[:, t, :], U) + np.matmul(h, W) + b)
        hs.append(h)
        ys.append(np.matmul(h, V) + c)
    return np.array(hs).transpose(1, 0, 2).tolist(), np.array(ys).transpose(1, 0, 2).tolist()

# %% to_write: as in the template.
def rnn_forward(x, h0, U, W, V, b, c):
    raise NotImplementedError("rnn_forward: one step after the other, each from the state that the one before left")
