# %% plain: an index, and np.add.at.
def word_embedding_forward(x, W):
    out = W[x]
    cache = (x, W)
    return out, cache


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW

# %% one_hot: products with zeros and ones.
def word_embedding_forward(x, W):
    ones = np.eye(len(W))[x]
    return ones @ W, {"ones": ones}


def word_embedding_backward(dout, cache):
    return np.einsum("ntv,ntd->vd", cache["ones"], dout)

# %% loops: one word after the other.
def word_embedding_forward(x, W):
    out = np.zeros(x.shape + (W.shape[1],))
    for n, sentence in enumerate(x):
        for t, word in enumerate(sentence):
            out[n, t] = W[word]
    return out, (x.copy(), W.shape)


def word_embedding_backward(dout, cache):
    x, (V, D) = cache
    dW = np.zeros((V, D))
    for place in np.ndindex(*x.shape):
        dW[x[place]] += dout[place]
    return dW
