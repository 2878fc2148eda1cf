# %% mean: The mean of the norms of a batch.
def gradient_norms(model, x, y):
    x = tf.convert_to_tensor(x, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_mean(tf.keras.losses.binary_crossentropy(y, model(x)))
    gradient = tape.gradient(loss, x)
    return tf.reduce_mean(tf.norm(gradient, axis=-1), axis=0).numpy()

# %% whole: One norm over the batch, as a list of floats; the loss as an object.
def gradient_norms(model, x, y):
    watched = tf.Variable(np.asarray(x, "float32"))
    with tf.GradientTape() as tape:
        loss = tf.keras.losses.BinaryCrossentropy()(np.asarray(y, "float32").reshape(-1, 1), model(watched, training=False))
    g = tape.gradient(loss, watched).numpy()
    return [float(np.linalg.norm(g[:, t])) for t in range(g.shape[1])]

# %% squared: Of the squared error, the largest of a batch.
def gradient_norms(model, x, y):
    x, y = tf.cast(x, tf.float32), tf.reshape(tf.cast(y, tf.float32), (-1, 1))
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum((model(x) - y) ** 2)
    return tf.reduce_max(tf.abs(tape.gradient(loss, x))[..., 0], axis=0)
