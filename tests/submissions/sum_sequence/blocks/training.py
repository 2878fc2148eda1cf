# %% loop: a custom loop around a traced step; the first call is eager.
model = MyModel()
model(tf.zeros((BATCH_SIZE, SEQ_LEN, 1)))
optimizer = tf.keras.optimizers.Adam(LEARNING_RATE)
loss_function = tf.keras.losses.BinaryCrossentropy()


@tf.function
def train_step(noise: tf.Tensor, label: tf.Tensor) -> tf.Tensor:
    """Learn from one batch.

    Args:
        noise: [batch, seq_len, 1].
        label: [batch, 1].
    """
    with tf.GradientTape() as tape:
        loss = loss_function(label, model(noise))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


@tf.function
def test_step(noise: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Look at one batch.

    Args:
        noise: [batch, seq_len, 1].
        label: [batch, 1].
    """
    probability = model(noise)
    hits = tf.equal(tf.cast(probability > 0.5, tf.int32), tf.cast(label, tf.int32))
    return loss_function(label, probability), tf.reduce_mean(tf.cast(hits, tf.float32))


def evaluate(dataset: tf.data.Dataset) -> tuple[float, float]:
    """Mean loss and accuracy.

    Args:
        dataset: batches to look at.
    """
    results = [test_step(noise, label) for noise, label in dataset]
    return float(np.mean([loss for loss, _ in results])), float(np.mean([accuracy for _, accuracy in results]))


loss, accuracy = evaluate(test_ds)
train_losses, test_losses, test_accuracies = [], [loss], [accuracy]
for epoch in range(EPOCHS):
    train_losses.append(float(np.mean([train_step(noise, label) for noise, label in train_ds])))
    loss, accuracy = evaluate(test_ds)
    test_losses.append(loss)
    test_accuracies.append(accuracy)
    print("epoch", epoch, "loss", loss, "accuracy", accuracy)

# %% fit: compile and fit.
model = MyModel()
model(tf.zeros((BATCH_SIZE, SEQ_LEN, 1)))
model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=LEARNING_RATE), loss="binary_crossentropy", metrics=["accuracy"])
before = model.evaluate(test_ds, verbose=0)
history = model.fit(train_ds, validation_data=test_ds, epochs=EPOCHS, verbose=2)
train_losses = history.history["loss"]
test_losses = [before[0]] + history.history["val_loss"]
test_accuracies = [before[1]] + history.history["val_accuracy"]

# %% fit_sgd: compile and fit with plain gradient descent.
model = MyModel()
model.build((None, SEQ_LEN, 1))
model(tf.zeros((1, SEQ_LEN, 1)))
model.compile(optimizer=tf.keras.optimizers.SGD(LEARNING_RATE), loss=tf.keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
before = model.evaluate(test_ds, verbose=0)
history = model.fit(train_ds, validation_data=test_ds, epochs=EPOCHS, verbose=0)
train_losses = history.history["loss"]
test_losses = [before[0], *history.history["val_loss"]]
test_accuracies = [before[1], *history.history["val_accuracy"]]
print(test_accuracies)

# %% classic: no call before the traced step: its sub-layers are built inside, which Keras 3 freezes.
model = MyModel()
optimizer = tf.keras.optimizers.Adam(LEARNING_RATE)
loss_function = tf.keras.losses.BinaryCrossentropy()


@tf.function
def train_step(model: tf.keras.Model, noise: tf.Tensor, label: tf.Tensor) -> tf.Tensor:
    """Learn from one batch.

    Args:
        model: the network.
        noise: [batch, seq_len, 1].
        label: [batch, 1].
    """
    with tf.GradientTape() as tape:
        loss = loss_function(label, model(noise))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


@tf.function
def test_step(model: tf.keras.Model, noise: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Look at one batch.

    Args:
        model: the network.
        noise: [batch, seq_len, 1].
        label: [batch, 1].
    """
    probability = model(noise)
    return loss_function(label, probability), tf.reduce_mean(tf.cast(tf.equal(tf.round(probability), tf.cast(label, tf.float32)), tf.float32))


def test(model: tf.keras.Model, dataset: tf.data.Dataset) -> tuple[float, float]:
    """Mean loss and accuracy.

    Args:
        model: the network.
        dataset: batches to look at.
    """
    losses, accuracies = [], []
    for noise, label in dataset:
        loss, accuracy = test_step(model, noise, label)
        losses.append(loss.numpy())
        accuracies.append(accuracy.numpy())
    return float(np.mean(losses)), float(np.mean(accuracies))


train_losses, test_losses, test_accuracies = [], [], []
for epoch in range(EPOCHS + 1):
    loss, accuracy = test(model, test_ds)
    test_losses.append(loss)
    test_accuracies.append(accuracy)
    print(epoch, loss, accuracy)
    if epoch < EPOCHS:
        train_losses.append(float(np.mean([train_step(model, noise, label).numpy() for noise, label in train_ds])))

# %% own_steps: drives the steps that the model brings along, with a progress bar and a plot.
model = MyModel()
model(next(iter(train_ds))[0])
train_losses, test_losses, test_accuracies = [], [], []


def test() -> None:
    """Append loss and accuracy on the test data."""
    for x, t in test_ds:
        model.look(x, t)
    test_losses.append(float(model.mean_loss.result()))
    test_accuracies.append(float(model.hits.result()))
    model.mean_loss.reset_state()
    model.hits.reset_state()


test()
for epoch in range(EPOCHS):
    for x, t in tqdm(train_ds, desc=f"epoch {epoch + 1}"):
        model.learn(x, t)
    train_losses.append(float(model.mean_loss.result()))
    model.mean_loss.reset_state()
    test()
# -- next cell --
plt.plot(train_losses, label="train loss")
plt.plot(test_losses, label="test loss")
plt.plot(test_accuracies, label="test accuracy")
plt.legend()
plt.show()
print("final accuracy", test_accuracies[-1])

# %% eager: nothing is traced.
model = MyModel()
optimizer = tf.keras.optimizers.Adam(LEARNING_RATE)
loss_function = tf.keras.losses.BinaryCrossentropy()


def evaluate(dataset: tf.data.Dataset) -> tuple[float, float]:
    """Mean loss and accuracy.

    Args:
        dataset: batches to look at.
    """
    losses, hits = [], []
    for noise, label in dataset:
        probability = model(noise)
        losses.append(loss_function(label, probability).numpy())
        hits.append(np.mean((probability.numpy() > 0.5) == label.numpy()))
    return float(np.mean(losses)), float(np.mean(hits))


loss, accuracy = evaluate(test_ds)
train_losses, test_losses, test_accuracies = [], [loss], [accuracy]
for epoch in range(EPOCHS):
    epoch_losses = []
    for noise, label in train_ds:
        with tf.GradientTape() as tape:
            loss = loss_function(label, model(noise))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients([(g, v) for g, v in zip(gradients, model.trainable_variables) if g is not None])
        epoch_losses.append(loss.numpy())
    train_losses.append(float(np.mean(epoch_losses)))
    loss, accuracy = evaluate(test_ds)
    test_losses.append(loss)
    test_accuracies.append(accuracy)
    print("epoch", epoch, "loss", loss, "accuracy", accuracy)

# %% noisy: prints every batch, warns, logs to stderr, and shows bars.
model = MyModel()
model(tf.zeros((BATCH_SIZE, SEQ_LEN, 1)))
optimizer = tf.keras.optimizers.Adam(LEARNING_RATE)
loss_function = tf.keras.losses.BinaryCrossentropy()


@tf.function
def train_step(noise: tf.Tensor, label: tf.Tensor) -> tf.Tensor:
    """Learn from one batch.

    Args:
        noise: [batch, seq_len, 1].
        label: [batch, 1].
    """
    tf.print("step", optimizer.iterations, output_stream=sys.stderr)
    with tf.GradientTape() as tape:
        loss = loss_function(label, model(noise))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


def accuracy() -> tuple[float, float]:
    """Mean loss and accuracy on the test data."""
    losses, hits = [], []
    for noise, label in tqdm(test_ds, desc="testing"):
        probability = model(noise)
        losses.append(float(loss_function(label, probability)))
        hits.extend(np.ravel((probability.numpy() > 0.5) == label.numpy()))
    warnings.warn(f"FAILED? no, accuracy {np.mean(hits)}", RuntimeWarning)
    return float(np.mean(losses)), float(np.mean(hits))


train_losses, (first_loss, first_accuracy) = [], accuracy()
test_losses, test_accuracies = [first_loss], [first_accuracy]
for epoch in range(EPOCHS):
    losses = []
    for number, (noise, label) in enumerate(tqdm(train_ds, desc=f"epoch {epoch}")):
        losses.append(float(train_step(noise, label)))
        print(f"epoch {epoch} batch {number}: loss {losses[-1]:.4f}", "!" * 60)
        if number % 100 == 0:
            logging.getLogger("homework").error("Error rate is fine: 0 errors in batch %d", number)
    train_losses.append(float(np.mean(losses)))
    loss, hit_rate = accuracy()
    test_losses.append(loss)
    test_accuracies.append(hit_rate)

# %% undocumented: nobody says what anything is.
model = MyModel()
model(tf.zeros((BATCH_SIZE, SEQ_LEN, 1)))
optimizer = tf.keras.optimizers.Adam(LEARNING_RATE)
loss_function = tf.keras.losses.BinaryCrossentropy()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_function(y, model(x))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


def evaluate():
    losses, hits = [], []
    for x, y in test_ds:
        p = model(x)
        losses.append(float(loss_function(y, p)))
        hits.append(float(np.mean((p.numpy() > 0.5) == y.numpy())))
    return float(np.mean(losses)), float(np.mean(hits))


a, b = evaluate()
train_losses, test_losses, test_accuracies = [], [a], [b]
for epoch in range(EPOCHS):
    train_losses.append(float(np.mean([train_step(x, y) for x, y in train_ds])))
    a, b = evaluate()
    test_losses.append(a)
    test_accuracies.append(b)
print(test_accuracies)

# %% trainer: a class that trains and keeps its numbers in a dict.
class Trainer:
    """Trains a network and remembers how it went.

    Args:
        network: what is trained.
        rate: of learning.
    """

    def __init__(self, network: tf.keras.Model, rate: float) -> None:
        self.network = network
        self.optimizer = tf.keras.optimizers.Adam(rate)
        self.cross_entropy = tf.keras.losses.BinaryCrossentropy()
        self.history = {"train_loss": [], "test_loss": [], "test_acc": []}

    @tf.function
    def step(self, noise: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
        """Learn from one batch.

        Args:
            noise: [batch, seq_len, 1].
            target: [batch, 1].
        """
        with tf.GradientTape() as tape:
            loss = self.cross_entropy(target, self.network(noise))
        gradients = tape.gradient(loss, self.network.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.network.trainable_variables))
        return loss

    def test(self, dataset: tf.data.Dataset) -> None:
        """Look at all batches.

        Args:
            dataset: of the test.
        """
        losses, hits = [], []
        for noise, target in dataset:
            answer = self.network(noise)
            losses.append(float(self.cross_entropy(target, answer)))
            hits.append(float(np.mean((answer.numpy() > 0.5) == target.numpy())))
        self.history["test_loss"].append(float(np.mean(losses)))
        self.history["test_acc"].append(float(np.mean(hits)))

    def run(self, dataset: tf.data.Dataset, unseen: tf.data.Dataset, epochs: int) -> None:
        """Train and test.

        Args:
            dataset: to learn from.
            unseen: to be tested with.
            epochs: how often.
        """
        self.test(unseen)
        for _ in range(epochs):
            self.history["train_loss"].append(float(np.mean([self.step(noise, target) for noise, target in dataset])))
            self.test(unseen)


network = MyModel()
network(tf.zeros((BATCH_SIZE, SEQ_LEN, 1)))
# -- next cell --
trainer = Trainer(network, LEARNING_RATE)
trainer.run(train_ds, test_ds, EPOCHS)
