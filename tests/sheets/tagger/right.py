import numpy as np
import tensorflow as tf

VOCABULARY, LENGTH, BATCH_SIZE = 40, 12, 32
EPOCHS = 6

rng = np.random.default_rng(3)


def tag(words):
    """1 noun, 2 verb; what may be both is a verb behind a noun; 0 behind the last word."""
    tags = np.zeros(words.shape, int)
    for s, sentence in enumerate(words):
        for t, w in enumerate(sentence):
            if w == 0:
                continue
            if w < 10:
                tags[s, t] = 1
            elif w < 20:
                tags[s, t] = 2
            else:
                tags[s, t] = 2 if t and tags[s, t - 1] == 1 else 1
    return tags


def sentences(many):
    words = rng.integers(1, VOCABULARY, size=(many, LENGTH))
    for sentence in words:
        sentence[rng.integers(LENGTH // 3, LENGTH + 1) :] = 0
    return words, tag(words)


x_train, y_train = sentences(3000)
x_test, y_test = sentences(500)
L = tf.keras.layers
tagger = tf.keras.Sequential(
    [
        L.Embedding(VOCABULARY, 8, mask_zero=True),
        L.Bidirectional(L.LSTM(16, return_sequences=True)),
        L.Dense(3, activation="softmax"),
    ]
)
tagger.compile(
    loss="sparse_categorical_crossentropy", optimizer=tf.keras.optimizers.Adam(5e-3), metrics=["accuracy"]
)
history = tagger.fit(
    x_train, y_train, epochs=EPOCHS, batch_size=BATCH_SIZE, validation_data=(x_test, y_test), verbose=0
)
