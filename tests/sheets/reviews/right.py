import numpy as np
import tensorflow as tf

VOCABULARY, LENGTH, BATCH_SIZE = 40, 20, 32
EPOCHS = 8

rng = np.random.default_rng(3)


def reviews(many):
    words = rng.integers(1, VOCABULARY, size=(many, LENGTH))
    for sentence in words:
        sentence[rng.integers(LENGTH // 3, LENGTH + 1) :] = 0
    good, bad = ((words >= 1) & (words < 10)).sum(1), ((words >= 10) & (words < 20)).sum(1)
    return words, (good > bad).astype("float32")


x_train, y_train = reviews(4000)
x_test, y_test = reviews(500)

model = tf.keras.Sequential(
    [
        tf.keras.layers.Embedding(VOCABULARY, 8, mask_zero=True),
        tf.keras.layers.LSTM(16),
        tf.keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(loss="binary_crossentropy", optimizer=tf.keras.optimizers.Adam(5e-3), metrics=["accuracy"])
history = model.fit(
    x_train, y_train, epochs=EPOCHS, batch_size=BATCH_SIZE, validation_data=(x_test, y_test), verbose=0
)
