# %% plain: the equations, one line each.
class RNNCell:
    def __init__(self, i, h, o):
        self.Wh = np.random.normal(size=(i + h, h))
        self.Wy = np.random.normal(size=(h, o))
        self.bh = np.zeros((1, h))
        self.by = np.zeros((1, o))

    def forward(self, h_prev, x_t):
        joined = np.concatenate((h_prev, x_t), axis=1)
        h_next = np.tanh(joined @ self.Wh + self.bh)
        y = softmax(h_next @ self.Wy + self.by)
        return h_next, y

# %% own_helpers: randn, a static softmax that overflows for large numbers, sizes as attributes, prints.
class RNNCell:
    """A cell."""

    def __init__(self, i, h, o):
        self.i, self.h, self.o = i, h, o
        self.bh = np.zeros(shape=(1, h))
        self.Wh = np.random.randn(i + h, h)
        self.by = np.zeros(shape=(1, o))
        self.Wy = np.random.randn(h, o)

    @staticmethod
    def softmax(x):
        return np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)

    def forward(self, h_prev, x_t):
        print("one step", x_t.shape)
        assert x_t.shape[1] == self.i
        h_next = np.tanh(np.matmul(np.hstack([h_prev, x_t]), self.Wh) + self.bh)
        return h_next, self.softmax(np.matmul(h_next, self.Wy) + self.by)

# %% extends: one line of its own.
class RNNCell(Cell):
    def __init__(self, i, h, o):
        super().__init__({"Wh": (i + h, h), "Wy": (h, o)}, {"bh": h, "by": o})

    def forward(self, h_prev, x_t):
        h = np.tanh(self.gate("h", h_prev, x_t))
        return h, self.read_out(h)

# %% in_place: the state that is given is overwritten; the matrix is cut in two.
class RNNCell:
    def __init__(self, i, h, o):
        self.Wh, self.Wy = np.random.normal(size=(i + h, h)), np.random.normal(size=(h, o))
        self.bh, self.by = np.zeros((1, h)), np.zeros((1, o))

    def forward(self, h_prev, x_t):
        units = h_prev.shape[1]
        h_prev[:] = np.tanh(h_prev @ self.Wh[:units] + x_t @ self.Wh[units:] + self.bh)
        scores = np.einsum("mh,ho->mo", h_prev, self.Wy)
        scores += self.by
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        return h_prev, scores
