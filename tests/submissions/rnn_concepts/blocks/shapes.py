# %% dict: a dict, as the sheet says.
def output_shapes(batch, time, features, units):
    return {"x": (batch, time, features), "x_t": (batch, features), "h": (batch, time, units), "h_t": (batch, units)}

# %% tuples: four tuples in the order of the sheet.
def output_shapes(batch, time, features, units):
    inputs = (batch, time, features)
    states = inputs[:2] + (units,)
    return inputs, (batch, features), states, (states[0], states[2])

# %% arrays: shapes of arrays that are made for it.
def output_shapes(batch, time, features, units):
    x, h = np.zeros((batch, time, features)), np.zeros((batch, time, units))
    return dict(x=x.shape, x_t=x[:, 0].shape, h=h.shape, h_t=h[:, -1].shape)

# %% tensor_shapes: as TensorFlow tells them.
def output_shapes(batch, time, features, units):
    x, h = tf.zeros((batch, time, features)), tf.zeros((batch, time, units))
    return {"x": tf.shape(x), "x_t": tf.shape(x[:, 0]), "h": tf.shape(h), "h_t": tf.shape(h[:, 0])}
