# %% plain: The long task as the template draws it.
def make_digits(sequences, length, seed):
    digits = np.random.default_rng(seed).integers(0, 10, size=(sequences, length, 1)).astype(np.float32)
    labels = (digits.sum(axis=1) > 4.5 * length).astype(np.float32)
    return digits, labels


digits_train, labels_train = make_digits(TRAIN_GATED, LENGTH, seed=1)
digits_test, labels_test = make_digits(160, LENGTH, seed=2)
x_probe, y_probe = digits_test[:16], labels_test[:16]

# %% flat: Labels as a flat row of whole numbers.
numbers = np.random.RandomState(4).randint(0, 10, size=(TRAIN_GATED + 200, LENGTH))
answers = (numbers.mean(axis=1) > 4.5).astype("int64")
digits_train, digits_test = numbers[:TRAIN_GATED, :, None].astype("float32"), numbers[TRAIN_GATED:, :, None].astype("float32")
labels_train, labels_test = answers[:TRAIN_GATED], answers[TRAIN_GATED:]
x_probe, y_probe = digits_test[:16], labels_test[:16]
