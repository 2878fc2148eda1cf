# %% lists: collected and stacked.
def deep_rnn(rnn_cells, X, h_0):
    H, Y = [h_0], []
    for x_t in X:
        below, layers = x_t, []
        for cell, h_prev in zip(rnn_cells, H[-1]):
            below, y = cell.forward(h_prev, below)
            layers.append(below)
        H.append(np.array(layers))
        Y.append(y)
    return np.array(H), np.array(Y)

# %% filled: arrays are made first, and filled; the outputs of every layer are written, and the last one stays.
def deep_rnn(rnn_cells, X, h_0):
    t, m, i = X.shape
    layers, _, h = h_0.shape
    H = np.zeros((t + 1, layers, m, h))
    H[0] = h_0
    Y = np.zeros((t, m, rnn_cells[-1].by.shape[1]))
    for step in range(t):
        for layer in range(layers):
            x = X[step] if layer == 0 else H[step + 1, layer - 1]
            H[step + 1, layer], Y[step] = rnn_cells[layer].forward(H[step, layer], x)
    return H, Y

# %% layer_by_layer: a whole sequence through one layer after the other.
def deep_rnn(rnn_cells, X, h_0):
    every, below = [], X
    for cell, start in zip(rnn_cells, h_0):
        states, outputs = [start.copy()], []
        for x_t in below:
            h, y = cell.forward(states[-1].copy(), x_t)
            states.append(h)
            outputs.append(y)
        below = np.stack(states[1:])
        every.append(np.stack(states))
    return np.stack(every, axis=1), np.stack(outputs)
