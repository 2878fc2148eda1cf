# %% plain: the equations, one line each.
class GRUCell:
    def __init__(self, i, h, o):
        self.Wz = np.random.normal(size=(i + h, h))
        self.Wr = np.random.normal(size=(i + h, h))
        self.Wh = np.random.normal(size=(i + h, h))
        self.Wy = np.random.normal(size=(h, o))
        self.bz = np.zeros((1, h))
        self.br = np.zeros((1, h))
        self.bh = np.zeros((1, h))
        self.by = np.zeros((1, o))

    def forward(self, h_prev, x_t):
        joined = np.concatenate((h_prev, x_t), axis=1)
        z = sigmoid(joined @ self.Wz + self.bz)
        r = sigmoid(joined @ self.Wr + self.br)
        inner = np.concatenate((r * h_prev, x_t), axis=1)
        candidate = np.tanh(inner @ self.Wh + self.bh)
        h_next = (1 - z) * h_prev + z * candidate
        y = softmax(h_next @ self.Wy + self.by)
        return h_next, y

# %% own_helpers: helpers are made again in each call.
class GRUCell:
    def __init__(self, i, h, o):
        shape = (i + h, h)
        self.Wz, self.bz = np.random.randn(*shape), np.zeros((1, h))
        self.Wr, self.br = np.random.randn(*shape), np.zeros((1, h))
        self.Wh, self.bh = np.random.randn(*shape), np.zeros((1, h))
        self.Wy, self.by = np.random.randn(h, o), np.zeros((1, o))

    def forward(self, h_prev, x_t):
        def squash(z):
            return 0.5 * (1 + np.tanh(z / 2))

        both = np.c_[h_prev, x_t]
        update, reset = squash(both.dot(self.Wz) + self.bz), squash(both.dot(self.Wr) + self.br)
        new = np.tanh(np.c_[h_prev * reset, x_t].dot(self.Wh) + self.bh)
        h_next = h_prev + update * (new - h_prev)
        e = np.exp(h_next.dot(self.Wy) + self.by)
        return h_next, e / e.sum(1).reshape(-1, 1)

# %% extends: gates by their names.
class GRUCell(Cell):
    def __init__(self, i, h, o):
        wide = (i + h, h)
        super().__init__({"Wz": wide, "Wr": wide, "Wh": wide, "Wy": (h, o)}, {"bz": h, "br": h, "bh": h, "by": o})

    def forward(self, h_prev, x_t):
        z, r = (1 / (1 + np.exp(-self.gate(name, h_prev, x_t))) for name in "zr")
        h = z * np.tanh(self.gate("h", r * h_prev, x_t)) + (1 - z) * h_prev
        return h, self.read_out(h)
