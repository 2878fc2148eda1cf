# %% function: One function for both models.
def dense_model(**clip):
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((20,)),
            tf.keras.layers.Dense(25, activation="relu", kernel_initializer="he_uniform"),
            tf.keras.layers.Dense(1),
        ]
    )
    model.compile(loss="mean_squared_error", optimizer=tf.keras.optimizers.SGD(learning_rate=0.01, momentum=0.9, **clip))
    return model


exploding_model = dense_model()
exploding_history = exploding_model.fit(
    X_train, y_train, validation_data=(X_test, y_test), epochs=EPOCHS_REGRESSION, batch_size=BATCH_SIZE, verbose=0
)

# %% added: Layers added one by one, as the course has it.
exploding_model = Sequential()
exploding_model.add(Input(shape=(20,)))
exploding_model.add(Dense(25, activation="relu", kernel_initializer=he_uniform(seed=42)))
exploding_model.add(Dense(1, activation="linear"))
exploding_model.compile(loss="mse", optimizer=SGD(learning_rate=0.01, momentum=0.9))
exploding_history = exploding_model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=10, verbose=0)
plt.plot(exploding_history.history["loss"], label="train")
plt.legend()
plt.show()

# %% functional: The functional interface.
inputs = Input(shape=(20,))
exploding_model = Model(inputs, Dense(1)(Dense(25, "relu", kernel_initializer="he_uniform")(inputs)))
exploding_model.compile(loss=tf.keras.losses.MeanSquaredError(), optimizer=SGD(0.01, momentum=0.9))
exploding_history = exploding_model.fit(X_train, y_train, epochs=5, verbose=0)

# %% subclass: Classes of the student's own.
class Net(tf.keras.Model):
    def __init__(self, clip=None):
        super().__init__()
        self.hidden = tf.keras.layers.Dense(25, activation="relu", kernel_initializer="he_uniform")
        self.out = tf.keras.layers.Dense(1)
        self.clip = clip

    def call(self, x):
        return self.out(self.hidden(x))

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(tf.reshape(y, (-1, 1)) - self(x, training=True)))
        gradients = tape.gradient(loss, self.trainable_variables)
        if self.clip is not None:
            gradients = [tf.clip_by_value(g, -self.clip, self.clip) for g in gradients]
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss, "squared_error": loss}


exploding_model = Net()
exploding_model.compile(optimizer=tf.keras.optimizers.SGD(0.01, momentum=0.9))
exploding_history = exploding_model.fit(X_train, y_train, epochs=8, batch_size=32, verbose=0).history

# %% keras2: As the course wrote it for Keras 2: lr, and the width of the input.
exploding_model = tf.keras.Sequential()
exploding_model.add(tf.keras.layers.Dense(25, input_dim=20, activation="relu", kernel_initializer="he_uniform"))
exploding_model.add(tf.keras.layers.Dense(1, activation="linear"))
exploding_model.compile(loss="mean_squared_error", optimizer=tf.keras.optimizers.SGD(lr=0.01, momentum=0.9))
exploding_history = exploding_model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=10, verbose=0)

# %% apart: The activation is a layer of its own.
def dense_model(**clip):
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((20,)),
            tf.keras.layers.Dense(25, kernel_initializer="he_uniform"),
            tf.keras.layers.Activation("relu"),
            tf.keras.layers.Dense(1),
        ]
    )
    model.compile(loss="mean_squared_error", optimizer=tf.keras.optimizers.SGD(learning_rate=0.01, momentum=0.9, **clip))
    return model


exploding_model = dense_model()
exploding_history = exploding_model.fit(
    X_train, y_train, validation_data=(X_test, y_test), epochs=EPOCHS_REGRESSION, batch_size=BATCH_SIZE, verbose=0
)
