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

# %% fit_own_metric: compile and fit with a metric of the student's own; the numbers stay in what fit returns.
class Hits(tf.keras.metrics.Metric):
    """Share of right answers.

    Args:
        name: under which it is reported.
    """

    def __init__(self, name: str = "acc", **options: object) -> None:
        super().__init__(name=name, **options)
        self.right = self.add_weight(name="right", initializer="zeros")
        self.all = self.add_weight(name="all", initializer="zeros")

    def update_state(self, y_true: tf.Tensor, y_pred: tf.Tensor, sample_weight: tf.Tensor | None = None) -> None:
        """Count a batch.

        Args:
            y_true: labels, [batch, 1].
            y_pred: probabilities, [batch, 1].
            sample_weight: not used.
        """
        hits = tf.cast(tf.equal(y_pred > 0.5, tf.cast(y_true, tf.float32) > 0.5), tf.float32)
        self.right.assign_add(tf.reduce_sum(hits))
        self.all.assign_add(tf.cast(tf.size(hits), tf.float32))

    def result(self) -> tf.Tensor:
        """The share."""
        return self.right / self.all

    def reset_state(self) -> None:
        """Begin again."""
        self.right.assign(0.0)
        self.all.assign(0.0)


model = MyModel()
model(tf.zeros((BATCH_SIZE, SEQ_LEN, 1)))
model.compile(tf.keras.optimizers.Adam(LEARNING_RATE), loss="binary_crossentropy", metrics=[Hits()])
record = model.fit(train_ds, validation_data=test_ds, epochs=EPOCHS, verbose=0)
