# %% two_classes: a softmax over two classes, cross-entropy with one-hot targets.
model = MyModel()
model(tf.zeros((BATCH_SIZE, SEQ_LEN, 1)))
optimizer = tf.keras.optimizers.Adam(LEARNING_RATE)
cross_entropy = tf.keras.losses.CategoricalCrossentropy()


@tf.function
def train_step(noise: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
    """Learn from one batch.

    Args:
        noise: [batch, seq_len, 1].
        target: one-hot, [batch, 2].
    """
    with tf.GradientTape() as tape:
        loss = cross_entropy(target, model(noise))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


def evaluate(dataset: tf.data.Dataset) -> tuple[float, float]:
    """Mean loss and accuracy.

    Args:
        dataset: batches to look at.
    """
    losses, hits = [], []
    for noise, target in dataset:
        answer = model(noise)
        losses.append(float(cross_entropy(target, answer)))
        hits += list(np.argmax(answer, axis=1) == np.argmax(target, axis=1))
    return float(np.mean(losses)), float(np.mean(hits))


loss, accuracy = evaluate(test_ds)
train_losses, test_losses, test_accuracies = [], [loss], [accuracy]
for epoch in range(EPOCHS):
    train_losses.append(float(np.mean([train_step(noise, target) for noise, target in train_ds])))
    loss, accuracy = evaluate(test_ds)
    test_losses.append(loss)
    test_accuracies.append(accuracy)

# %% fit_two_classes: compile and fit, classes as numbers.
model = MyModel()
model(tf.zeros((BATCH_SIZE, SEQ_LEN, 1)))
model.compile(
    optimizer=tf.keras.optimizers.Adam(LEARNING_RATE), loss=tf.keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"]
)
before = model.evaluate(test_ds, verbose=0)
history = model.fit(train_ds, validation_data=test_ds, epochs=EPOCHS, verbose=0)
train_losses = history.history["loss"]
test_losses = [before[0]] + history.history["val_loss"]
test_accuracies = [before[1]] + history.history["val_accuracy"]

# %% fit_rmsprop: compile and fit with RMSprop, and no values from before the training.
model = MyModel()
model(tf.zeros((BATCH_SIZE, SEQ_LEN, 1)))
model.compile(optimizer=tf.keras.optimizers.RMSprop(LEARNING_RATE), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(train_ds, validation_data=test_ds, epochs=EPOCHS, verbose=0)
train_losses = history.history["loss"]
test_losses = history.history["val_loss"]
test_accuracies = history.history["val_accuracy"]
