# %% two_lines: cell state first, as the sheet says.
def lstm_state(f, i, g, o, c):
    c_new = f * c + i * g
    return c_new, o * np.tanh(c_new)

# %% tensors: with TensorFlow's operations.
def lstm_state(f, i, g, o, c):
    kept = tf.multiply(f, c)
    written = tf.multiply(i, g)
    cell = kept + written
    return cell, tf.multiply(o, tf.tanh(cell))

# %% hidden_first: the hidden state comes first.
def lstm_state(f, i, g, o, c):
    memory = np.multiply(f, c) + np.multiply(i, g)
    return np.multiply(o, np.tanh(memory)), memory

# %% by_name: a dict.
def lstm_state(f, i, g, o, c):
    state = {"c": c * f + g * i}
    state["h"] = np.tanh(state["c"]) * o
    return state

# %% in_one: both in one array.
def lstm_state(f, i, g, o, c):
    c_new = f * c + i * g
    return np.array([c_new, o * np.tanh(c_new)])
