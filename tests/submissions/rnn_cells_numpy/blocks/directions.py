# %% lists: collected and stacked.
def bi_rnn(bi_cell, X, h_0, h_t):
    ahead, behind = [], []
    for x_t in X:
        h_0 = bi_cell.forward(h_0, x_t)
        ahead.append(h_0)
    for x_t in X[::-1]:
        h_t = bi_cell.backward(h_t, x_t)
        behind.append(h_t)
    behind.reverse()
    H = np.concatenate((np.array(ahead), np.array(behind)), axis=2)
    return H, bi_cell.output(H)

# %% filled: both halves in one array.
def bi_rnn(bi_cell, X, h_0, h_t):
    t, m, _ = X.shape
    h = h_0.shape[1]
    H = np.zeros((t, m, 2 * h))
    for step in range(t):
        before = h_0 if step == 0 else H[step - 1, :, :h]
        H[step, :, :h] = bi_cell.forward(before, X[step])
        back = t - 1 - step
        after = h_t if step == 0 else H[back + 1, :, h:]
        H[back, :, h:] = bi_cell.backward(after, X[back])
    return H, bi_cell.output(H)
