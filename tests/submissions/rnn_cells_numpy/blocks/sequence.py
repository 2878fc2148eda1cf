# %% lists: collected and stacked.
def rnn(rnn_cell, X, h_0):
    H, Y = [h_0], []
    for x_t in X:
        h, y = rnn_cell.forward(H[-1], x_t)
        H.append(h)
        Y.append(y)
    return np.array(H), np.array(Y)

# %% filled: arrays are made first, and filled.
def rnn(rnn_cell, X, h_0):
    t, m, _ = X.shape
    h = h_0.shape[1]
    o = rnn_cell.Wy.shape[1]
    H = np.zeros((t + 1, m, h))
    Y = np.zeros((t, m, o))
    H[0, :, :] = h_0
    for step in range(t):
        H[step + 1], Y[step] = rnn_cell.forward(H[step], X[step])
    return H, Y

# %% copies: for cells that overwrite what they are given.
def rnn(rnn_cell, X, h_0):
    state, H, Y = h_0.copy(), np.empty((0, *h_0.shape)), None
    H = np.append(H, state[None], axis=0)
    for step in range(X.shape[0]):
        state, y = rnn_cell.forward(state.copy(), X[step])
        H = np.append(H, state[None], axis=0)
        Y = y[None] if Y is None else np.append(Y, y[None], axis=0)
    return H, Y
