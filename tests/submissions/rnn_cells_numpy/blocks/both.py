# %% plain: the equations, one line each.
class BidirectionalCell:
    def __init__(self, i, h, o):
        self.Whf = np.random.normal(size=(i + h, h))
        self.Whb = np.random.normal(size=(i + h, h))
        self.Wy = np.random.normal(size=(2 * h, o))
        self.bhf = np.zeros((1, h))
        self.bhb = np.zeros((1, h))
        self.by = np.zeros((1, o))

    def forward(self, h_prev, x_t):
        return np.tanh(np.concatenate((h_prev, x_t), axis=1) @ self.Whf + self.bhf)

    def backward(self, h_next, x_t):
        return np.tanh(np.concatenate((h_next, x_t), axis=1) @ self.Whb + self.bhb)

    def output(self, H):
        return softmax(H @ self.Wy + self.by)

# %% own_helpers: outputs step by step.
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

# %% extends: gates by their names.
class BidirectionalCell(Cell):
    def __init__(self, i, h, o):
        super().__init__({"Whf": (i + h, h), "Whb": (i + h, h), "Wy": (2 * h, o)}, {"bhf": h, "bhb": h, "by": o})

    def forward(self, h_prev, x_t):
        return np.tanh(self.gate("hf", h_prev, x_t))

    def backward(self, h_next, x_t):
        return np.tanh(self.gate("hb", h_next, x_t))

    def output(self, H):
        return np.stack([self.read_out(step) for step in H])
