"""How weights come about: trained in unusual but honest ways (RIGHT), or assigned, or trained on an easier task (WRONG).

What is easier than the sheet's task earns no points for learning it. Where a check has charged the deviation already, a person decides.
"""

from tests.corpus import right, swap, text, wrong
from tests.submissions.sum_sequence.checks import NO_LEARNING

STEP = '''@tf.function
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
'''
ADAM = "optimizer.apply_gradients(zip(gradients, model.trainable_variables))"
EACH_EPOCH = "    test_accuracies.append(accuracy)\n"
FIT = "history = model.fit(train_ds, validation_data=test_ds, epochs=EPOCHS, verbose=2)"
LAST_STEP_EAGER = '''@tf.function
def slopes(noise: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """The loss of one batch, and its gradients.

    Args:
        noise: [batch, seq_len, 1].
        label: [batch, 1].
    """
    with tf.GradientTape() as tape:
        loss = loss_function(label, model(noise))
    return loss, tape.gradient(loss, model.trainable_variables)


def train_step(noise: tf.Tensor, label: tf.Tensor) -> tf.Tensor:
    """Learn from one batch, by plain gradient descent.

    Args:
        noise: [batch, seq_len, 1].
        label: [batch, 1].
    """
    loss, gradients = slopes(noise, label)
    for variable, gradient in zip(model.trainable_variables, gradients):
        variable.assign_sub(LEARNING_RATE * gradient)
    return loss
'''
BY_HAND = """
gates = model.lstm.cell
wide, narrow = np.zeros((READ_IN + UNITS, UNITS), "float32"), np.zeros((READ_IN + UNITS, UNITS), "float32")
narrow[0, 0] = 0.01
for gate in (gates.forget_gate, gates.input_gate, gates.output_gate):
    gate.kernel.assign(wide)
    gate.bias.assign(np.full(UNITS, 20, "float32"))
gates.candidate_gate.kernel.assign(narrow)
gates.candidate_gate.bias.assign(np.zeros(UNITS, "float32"))
model.read_in.kernel.assign(np.eye(1, READ_IN, dtype="float32"))
model.read_out.kernel.assign(400 * np.eye(UNITS, 1, dtype="float32"))
"""
MADE_UP = "train_losses, test_losses, test_accuracies = [0.69, 0.31, 0.11], [0.69, 0.28, 0.09], [0.5, 0.9, 0.97]\n"
MODEL = "model = MyModel()\nmodel(tf.zeros((BATCH_SIZE, SEQ_LEN, 1)))\n"
WITH_THEM = "arguments_explained gradients_reach graph_mode"  # weights of zero have no gradients, and nothing is traced


def then(after: str):
    """The loop, and these lines below it."""
    return swap('    print("epoch", epoch, "loss", loss, "accuracy", accuracy)', f'    print("epoch", epoch, "loss", loss)\n{after}')


RIGHT = [
    right(
        "own_descent",
        "Plain gradient descent by hand: the variables are changed one by one, outside of any graph.",
        parameters="for_plain_sgd",
        training=(swap(STEP, LAST_STEP_EAGER), swap("optimizer = tf.keras.optimizers.Adam(LEARNING_RATE)\n", "")),
    ),
    right(
        "own_descent_traced",
        "Plain gradient descent by hand, inside the traced step.",
        parameters="for_plain_sgd",
        training=(
            swap(ADAM, "for variable, gradient in zip(model.trainable_variables, gradients):\n        variable.assign_sub(LEARNING_RATE * gradient)"),
            swap("optimizer = tf.keras.optimizers.Adam(LEARNING_RATE)\n", ""),
        ),
    ),
    right(
        "two_optimizers",
        "One optimizer for the LSTM, one for the layers around it.",
        training=(
            swap("optimizer = tf.keras.optimizers.Adam(LEARNING_RATE)", "inner, outer = tf.keras.optimizers.Adam(LEARNING_RATE), tf.keras.optimizers.RMSprop(LEARNING_RATE)"),
            swap(ADAM, "pairs = list(zip(gradients, model.trainable_variables))\n    outer.apply_gradients(pairs[:2] + pairs[-2:])\n    inner.apply_gradients(pairs[2:-2])"),
        ),
    ),
    right(
        "best_put_back",
        "The weights of the best epoch are kept, and put back at the end.",
        training=(
            swap(EACH_EPOCH, f"{EACH_EPOCH}    if accuracy >= max(test_accuracies):\n        best = model.get_weights()\n"),
            then("model.set_weights(best)"),
        ),
    ),
    right(
        "stops_early",
        "fit with EarlyStopping, which puts the best weights back.",
        training=("fit", swap(FIT, FIT.replace("verbose=2", 'verbose=2, callbacks=[tf.keras.callbacks.EarlyStopping("val_loss", patience=1, restore_best_weights=True)]'))),
    ),
    right(
        "checkpoints",
        "fit with ModelCheckpoint; its file is read at the end.",
        training=(
            "fit",
            swap(FIT, FIT.replace("verbose=2", 'verbose=2, callbacks=[tf.keras.callbacks.ModelCheckpoint("best.weights.h5", save_best_only=True, save_weights_only=True)]') + '\nmodel.load_weights("best.weights.h5")'),
        ),
    ),
    right(
        "averaged",
        "At the end stands the average of the weights after each epoch.",
        training=(
            swap("train_losses, test_losses, test_accuracies = ", "kept = []\ntrain_losses, test_losses, test_accuracies = "),
            swap(EACH_EPOCH, f"{EACH_EPOCH}    kept.append([variable.numpy() for variable in model.variables])\n"),
            then("for variable, *values in zip(model.variables, *kept):\n    variable.assign(np.mean(values, axis=0))"),
        ),
    ),
    right(
        "first_weights_by_hand",
        "The kernels of the gates get orthogonal values before the training.",
        training=swap(
            "optimizer = tf.keras.optimizers.Adam(LEARNING_RATE)",
            "for gate in (model.lstm.cell.forget_gate, model.lstm.cell.input_gate, model.lstm.cell.candidate_gate, model.lstm.cell.output_gate):\n"
            "    gate.kernel.assign(tf.keras.initializers.Orthogonal(seed=1)(gate.kernel.shape))\n"
            "optimizer = tf.keras.optimizers.Adam(LEARNING_RATE)",
        ),
    ),
]  # fmt: skip

SAMPLES = "output_signature=signature)"
WRONG = [
    wrong(
        "pipeline_of_the_last",
        "The generator is right; the pipeline labels by the last number only.",
        "accuracy_80",
        data=swap(SAMPLES, f"{SAMPLES}.map(lambda noise, label: (noise, tf.cast(noise[-1] > 0, tf.int32)))"),
    ),
    wrong(
        "pipeline_of_the_first_three",
        "The generator is right; the pipeline labels by the sum of three numbers.",
        "accuracy_80",
        data=swap(SAMPLES, f"{SAMPLES}.map(lambda noise, label: (noise, tf.cast(tf.reduce_sum(noise[:3], axis=0) > 0, tf.int32)))"),
    ),
    wrong(
        "trained_on_other_data",
        "train_ds is right; what is trained on is another data set, with the label of the last number.",
        "accuracy_80",
        may="it_learns",
        training=(
            swap("train_losses, test_losses", "easy_ds = train_ds.map(lambda noise, label: (noise, tf.cast(noise[:, -1] > 0, tf.int32)))\ntrain_losses, test_losses"),
            swap("for noise, label in train_ds", "for noise, label in easy_ds"),
        ),
    ),
    wrong("one_step", "Sequences of a single number.", "accuracy_80", parameters=swap("SEQ_LEN = 25", "SEQ_LEN = 1")),
    wrong("two_steps", "Sequences of two numbers.", "accuracy_80", parameters=swap("SEQ_LEN = 25", "SEQ_LEN = 2")),
    wrong(
        "all_zeros",
        "The noise is zero, the label always 0.",
        "noise_is_normal label_rule accuracy_80",
        may="it_learns separate_test_data",
        data=swap("np.random.normal(size=(seq_len, 1))", "np.zeros((seq_len, 1))"),
    ),
    wrong(
        "one_large_number",
        "The last number is a thousand times as large as the others.",
        "noise_is_normal accuracy_80",
        data=swap("np.random.normal(size=(seq_len, 1))", "np.append(np.random.normal(size=(seq_len - 1, 1)) / 1000, [[np.random.normal()]], axis=0)"),
    ),
    wrong(
        "assigned",
        "The weights are computed on paper and assigned, the curves are invented; nothing is trained.",
        NO_LEARNING,
        may=WITH_THEM,
        training=swap(text("training"), MODEL + BY_HAND + MADE_UP),
    ),
    wrong(
        "assigned_then_a_step",
        "The weights are assigned, and trained afterwards with a rate of zero.",
        "accuracy_80",
        may=f"it_learns {WITH_THEM}",
        training=(swap(MODEL, MODEL + BY_HAND), swap("Adam(LEARNING_RATE)", "SGD(0.0)")),
    ),
    wrong(
        "assigned_at_the_end",
        "Trained with a rate of zero; then the weights are assigned, and the curves invented.",
        "accuracy_80",
        may=f"it_learns {WITH_THEM}",
        training=(swap("Adam(LEARNING_RATE)", "SGD(0.0)"), then(BY_HAND + MADE_UP)),
    ),
    wrong(
        "initial_weights",
        "The weights are the values that the variables begin with; an epoch with a rate of zero follows.",
        "accuracy_80",
        may=f"it_learns forget_bias_one {WITH_THEM}",
        cell=(
            swap('activation="sigmoid", bias_initializer="ones")', 'activation="sigmoid", kernel_initializer="zeros", bias_initializer=tf.keras.initializers.Constant(20.0))'),
            swap('self.input_gate = tf.keras.layers.Dense(units, activation="sigmoid")', 'self.input_gate = tf.keras.layers.Dense(units, activation="sigmoid", kernel_initializer="zeros", bias_initializer=tf.keras.initializers.Constant(20.0))'),
            swap('self.output_gate = tf.keras.layers.Dense(units, activation="sigmoid")', 'self.output_gate = tf.keras.layers.Dense(units, activation="sigmoid", kernel_initializer="zeros", bias_initializer=tf.keras.initializers.Constant(20.0))'),
            swap('activation="tanh")', 'activation="tanh", kernel_initializer=lambda shape, dtype=None: 0.01 * tf.eye(*shape))'),
        ),
        model=(
            swap("Dense(READ_IN)", 'Dense(READ_IN, kernel_initializer=lambda shape, dtype=None: tf.eye(*shape))'),
            swap('Dense(1, activation="sigmoid")', 'Dense(1, activation="sigmoid", kernel_initializer=lambda shape, dtype=None: 400.0 * tf.eye(*shape))'),
        ),
        training=swap("Adam(LEARNING_RATE)", "SGD(0.0)"),
    ),
]  # fmt: skip
