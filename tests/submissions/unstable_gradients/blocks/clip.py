# %% function: The same model with clipvalue.
clipped_model = dense_model(clipvalue=3.0)
clipped_history = clipped_model.fit(
    X_train, y_train, validation_data=(X_test, y_test), epochs=EPOCHS_REGRESSION, batch_size=BATCH_SIZE, verbose=0
)
train_mse = clipped_model.evaluate(X_train, y_train, verbose=0)
test_mse = clipped_model.evaluate(X_test, y_test, verbose=0)
print("Train: %.3f, Test: %.3f" % (train_mse, test_mse))

# %% added: Layers added one by one, as the course has it.
clipped_model = Sequential()
clipped_model.add(Input(shape=(20,)))
clipped_model.add(Dense(25, activation="relu", kernel_initializer=he_uniform(seed=42)))
clipped_model.add(Dense(1, activation="linear"))
clipped_model.compile(loss="mse", optimizer=SGD(learning_rate=0.01, momentum=0.9, clipvalue=3.0))
clipped_model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=EPOCHS_REGRESSION, verbose=0)
train_mse, test_mse = (clipped_model.evaluate(a, b, verbose=0) for a, b in ((X_train, y_train), (X_test, y_test)))

# %% functional: The functional interface; errors in NumPy.
inputs = Input(shape=(20,))
clipped_model = Model(inputs, Dense(1)(Dense(25, "relu", kernel_initializer="he_uniform")(inputs)))
clipped_model.compile(loss="mse", optimizer=SGD(0.01, momentum=0.9, clipvalue=3))
clipped_model.fit(X_train, y_train, epochs=EPOCHS_REGRESSION, verbose=0)
train_mse = np.mean((clipped_model.predict(X_train, verbose=0).ravel() - y_train.ravel()) ** 2)
test_mse = np.mean((clipped_model.predict(X_test, verbose=0).ravel() - y_test.ravel()) ** 2)

# %% subclass: Clipped in a training step of the student's own.
clipped_model = Net(clip=3.0)
clipped_model.compile(optimizer=tf.keras.optimizers.SGD(0.01, momentum=0.9), loss="mse")
clipped_model.fit(X_train, y_train, epochs=EPOCHS_REGRESSION, batch_size=32, verbose=0)
train_mse = clipped_model.evaluate(X_train, y_train, verbose=0)
test_mse = clipped_model.evaluate(X_test, y_test, verbose=0)

# %% keras2: As the course wrote it for Keras 2.
clipped_model = tf.keras.Sequential()
clipped_model.add(tf.keras.layers.Dense(25, input_dim=20, activation="relu", kernel_initializer="he_uniform"))
clipped_model.add(tf.keras.layers.Dense(1, activation="linear"))
clipped_model.compile(loss="mean_squared_error", optimizer=tf.keras.optimizers.SGD(lr=0.01, momentum=0.9, clipvalue=3.0))
clipped_model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=EPOCHS_REGRESSION, verbose=0)
train_mse = clipped_model.evaluate(X_train, y_train, verbose=0)
test_mse = clipped_model.evaluate(X_test, y_test, verbose=0)
