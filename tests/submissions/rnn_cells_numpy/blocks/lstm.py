# %% plain: the equations, one line each.
class LSTMCell:
    def __init__(self, i, h, o):
        self.Wf = np.random.normal(size=(i + h, h))
        self.Wu = np.random.normal(size=(i + h, h))
        self.Wc = np.random.normal(size=(i + h, h))
        self.Wo = np.random.normal(size=(i + h, h))
        self.Wy = np.random.normal(size=(h, o))
        self.bf = np.zeros((1, h))
        self.bu = np.zeros((1, h))
        self.bc = np.zeros((1, h))
        self.bo = np.zeros((1, h))
        self.by = np.zeros((1, o))

    def forward(self, h_prev, c_prev, x_t):
        joined = np.concatenate((h_prev, x_t), axis=1)
        f = sigmoid(joined @ self.Wf + self.bf)
        u = sigmoid(joined @ self.Wu + self.bu)
        candidate = np.tanh(joined @ self.Wc + self.bc)
        c_next = f * c_prev + u * candidate
        o = sigmoid(joined @ self.Wo + self.bo)
        h_next = o * np.tanh(c_next)
        y = softmax(h_next @ self.Wy + self.by)
        return h_next, c_next, y

# %% own_helpers: all gates in one product; a class that is defined twice, of which the second counts.
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

# %% extends: gates by their names.
class LSTMCell(Cell):
    def __init__(self, i, h, o):
        shapes = {name: (i + h, h) for name in ("Wf", "Wu", "Wc", "Wo")}
        super().__init__({**shapes, "Wy": (h, o)}, {"bf": h, "bu": h, "bc": h, "bo": h, "by": o})

    def forward(self, h_prev, c_prev, x_t):
        f, u, o = (1 / (1 + np.exp(-self.gate(name, h_prev, x_t))) for name in "fuo")
        c_next = f * c_prev + u * np.tanh(self.gate("c", h_prev, x_t))
        h_next = o * np.tanh(c_next)
        return h_next, c_next, self.read_out(h_next)
