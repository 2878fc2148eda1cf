# %% scheduler: a LearningRateScheduler, and semilogx.
sweep_model = build_simple_rnn()
sweep_model.compile(loss=tf.keras.losses.Huber(), optimizer=tf.keras.optimizers.Adam())
schedule = tf.keras.callbacks.LearningRateScheduler(lambda epoch: 1e-6 * 10 ** (epoch / 2))
sweep_set = windowed_dataset(train_series, WINDOW_SIZE, BATCH_SIZE, SHUFFLE_BUFFER)
sweep_history = sweep_model.fit(sweep_set, epochs=SWEEP_EPOCHS, callbacks=[schedule], verbose=0)
# -- next cell --
plt.semilogx(sweep_history.history["learning_rate"], sweep_history.history["loss"])
plt.axis([1e-6, 1e-1, 0, 60])
plt.show()

# %% by_hand: a dict of lists, kept in a loop; another kind of figure.
sweep_history = {"learning_rate": [], "loss": []}
sweep_model = build_simple_rnn()
sweep_model.compile(loss="huber", optimizer="adam")
for step in range(SWEEP_EPOCHS):
    rate = float(np.logspace(-5, -1, SWEEP_EPOCHS)[step])
    sweep_model.optimizer.learning_rate = rate
    ran = sweep_model.fit(windowed_dataset(train_series, WINDOW_SIZE, BATCH_SIZE, SHUFFLE_BUFFER), epochs=1, verbose=0)
    sweep_history["learning_rate"].append(rate)
    sweep_history["loss"].append(ran.history["loss"][0])
# -- next cell --
fig, ax = plt.subplots()
ax.plot(sweep_history["learning_rate"][:-1], sweep_history["loss"][:-1], "o-")
ax.set_xscale("log")
ax.set_xlabel("Lernrate")
plt.show()


# %% in_a_function: a function that sweeps, as the public course has it.
def adjust_learning_rate():
    model = build_simple_rnn()
    lr_schedule = tf.keras.callbacks.LearningRateScheduler(lambda epoch: 1e-6 * 10 ** (epoch / 2))
    model.compile(loss=tf.keras.losses.Huber(), optimizer=tf.keras.optimizers.Adam(), metrics=["mae"])
    data = windowed_dataset(train_series, WINDOW_SIZE, BATCH_SIZE, SHUFFLE_BUFFER)
    return model.fit(data, epochs=SWEEP_EPOCHS, callbacks=[lr_schedule], verbose=0)


sweep_history = adjust_learning_rate()
# -- next cell --
rates = 1e-6 * (10 ** (np.arange(SWEEP_EPOCHS) / 2))
plt.figure(figsize=(10, 6))
plt.grid(True)
plt.semilogx(rates, sweep_history.history["loss"])
plt.tick_params("both", length=10, width=1, which="both")
plt.show()

# %% legacy: as old notebooks have it, with lr for the learning rate.
sweep_model = build_simple_rnn()
sweep_model.compile(loss=tf.keras.losses.Huber(), optimizer=tf.keras.optimizers.Adam(lr=1e-6))
schedule = tf.keras.callbacks.LearningRateScheduler(lambda epoch: 1e-6 * 10 ** (epoch / 2))
sweep_set = windowed_dataset(train_series, WINDOW_SIZE, BATCH_SIZE, SHUFFLE_BUFFER)
sweep_history = sweep_model.fit(sweep_set, epochs=SWEEP_EPOCHS, callbacks=[schedule], verbose=0)
# -- next cell --
plt.semilogx(sweep_history.history["lr"], sweep_history.history["loss"])
plt.show()

# %% callback: a callback of the student's own that raises the rate; the rates are computed beside it.
class Rises(tf.keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.model.optimizer.learning_rate.assign(1e-6 * 10 ** (epoch / 2))


sweep_model = build_simple_rnn()
sweep_model.compile(loss=tf.keras.losses.Huber(), optimizer=tf.keras.optimizers.Adam())
sweep_set = windowed_dataset(train_series, WINDOW_SIZE, BATCH_SIZE, SHUFFLE_BUFFER)
sweep_history = sweep_model.fit(sweep_set, epochs=SWEEP_EPOCHS, callbacks=[Rises()], verbose=0)
sweep_history.history["learning_rate"] = [1e-6 * 10 ** (epoch / 2) for epoch in range(SWEEP_EPOCHS)]
# -- next cell --
figure, axes = plt.subplots()
axes.plot(sweep_history.history["learning_rate"], sweep_history.history["loss"], "o-", label="Huber loss")
axes.set_xscale("log")
axes.legend()
plt.show()

# %% each_rate: a new model for each rate, as many as there are rates.
sweep_history = {"learning_rate": [], "loss": []}
for k in range(SWEEP_EPOCHS):
    rate = 10 ** (-6 + 5 * k / (SWEEP_EPOCHS - 1))
    m = build_simple_rnn()
    m.compile(loss=tf.keras.losses.Huber(), optimizer=tf.keras.optimizers.Adam(rate))
    ran = m.fit(windowed_dataset(train_series, WINDOW_SIZE, BATCH_SIZE, SHUFFLE_BUFFER), epochs=2, verbose=0)
    sweep_history["learning_rate"] += [rate]
    sweep_history["loss"] += ran.history["loss"][-1:]
# -- next cell --
fig, ax = plt.subplots()
ax.loglog(sweep_history["learning_rate"], sweep_history["loss"], marker="x")
ax.set_xlabel("rate")
plt.show()
