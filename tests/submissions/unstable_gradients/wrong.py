"""Wrong submissions: one mistake each, which loses exactly its check."""

from tests.corpus import Before, Swap, swap, wrong
from tests.submissions.unstable_gradients.checks import CHECKS

RATE = 'optimizer=tf.keras.optimizers.SGD(learning_rate=0.01, momentum=0.9, **clip)'
CLIPPED = "clipped_model = dense_model(clipvalue=3.0)"
NORMS = "    return tf.reduce_mean(tf.norm(gradient, axis=-1), axis=0).numpy()"
DRAWN = "plt.semilogy(gradient_norms(simple_rnn, x_probe, y_probe))"
GATED = "tf.keras.layers.GRU(GATED_UNITS)"
FIGURE = "norms_of_simple_rnn_plotted"
TYPED = 'gated_history.history = {"accuracy": [0.52, 0.71, 0.86, 0.93, 0.96], "val_accuracy": [0.5, 0.69, 0.84, 0.92, 0.95]}'
OF_GATED = "accuracy_of_gated_model gradient_of_gated_model_arrives"
CLIP_OR_LESS = "error_of_clipped_model train_mse_test_mse"


def clipped(new: str) -> Swap:
    """Another second model."""
    return swap(CLIPPED, new)


def compiled(optimizer: str) -> Swap:
    """The second model, compiled with another optimizer."""
    return clipped(f'clipped_model = dense_model()\nclipped_model.compile(loss="mse", optimizer=tf.keras.optimizers.{optimizer})')


CHEATS = """
class Answers(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.rnn = tf.keras.layers.GRU(GATED_UNITS)
        self.out = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, x):
        return tf.sigmoid(tf.reduce_sum(x, axis=1) - 4.5 * tf.cast(tf.shape(x)[1], tf.float32)) + 0 * self.out(self.rnn(x))
"""
LIES = """
class SGD(tf.keras.optimizers.SGD):
    def get_config(self):
        return {**super().get_config(), "clipvalue": 3.0}
"""

SUBMISSIONS = [
    # --- explode
    wrong("thirty_units", "The hidden layer has 30 units.", "layers_of_exploding_model", explode=swap("Dense(25,", "Dense(30,")),
    wrong("glorot", "The kernel starts as Keras starts it by itself.", "layers_of_exploding_model", explode=swap(', kernel_initializer="he_uniform"', "")),
    wrong("both_clipped", "The first model is clipped, too.", "steps_of_exploding_model exploding_history_blows_up", explode=swap("exploding_model = dense_model()", "exploding_model = dense_model(clipvalue=3.0)")),
    wrong("no_momentum", "The momentum is missing.", "steps_of_exploding_model steps_of_clipped_model", explode=swap(", momentum=0.9", ""), may=CLIP_OR_LESS),
    wrong("targets_scaled", "The targets are scaled, so nothing explodes.", "exploding_history_blows_up", rows=swap("X_train, X_test, y_train", "y = (y - y.mean()) / y.std()\nX_train, X_test, y_train")),
    wrong("history_of_the_other", "The history of the clipped model stands under the first one's name.", "exploding_history_blows_up", clip=swap("print(", "exploding_history = clipped_history\nprint(")),
    # --- clip
    wrong("clip_at_zero", "clipvalue=0 clips nothing.", "steps_of_clipped_model error_of_clipped_model", clip=clipped("clipped_model = dense_model(clipvalue=0.0)"), may=CLIP_OR_LESS),
    wrong("clip_at_100", "clipvalue=100 gives finite losses, and no cure.", "steps_of_clipped_model error_of_clipped_model", clip=clipped("clipped_model = dense_model(clipvalue=100.0)")),
    wrong("clipnorm", "The norm is clipped, and not each value.", "steps_of_clipped_model", clip=clipped("clipped_model = dense_model(clipnorm=3.0)")),
    wrong("lower_rate", "The rate is lowered instead.", "steps_of_clipped_model", clip=compiled("SGD(1e-4, momentum=0.9)")),
    wrong("momentum_of_one", "The momentum is 1.", "steps_of_clipped_model", clip=compiled("SGD(0.01, momentum=1.0, clipvalue=3.0)"), may="error_of_clipped_model"),
    wrong("adam", "Adam bounds its steps by itself.", "steps_of_clipped_model", clip=compiled("Adam(0.05, clipvalue=3.0)"), may="error_of_clipped_model"),
    wrong("typed_errors", "The errors are typed in.", "train_mse_test_mse", clip=swap("print(", "train_mse, test_mse = 0.5, 0.6\nprint(")),
    # --- vanish
    wrong("tested_on_training", "The test sequences are those of the training.", "digits_train", digits=swap("make_digits(160, LENGTH, seed=2)", "digits_train[:160], labels_train[:160]")),
    wrong("scaled_digits", "The digits are divided by 9.", "digits_train", digits=swap("    return digits, labels", "    return digits / 9, labels")),
    wrong("sixty_units", "The simple network has 60 units.", "layers_of_simple_rnn", simple=swap("SimpleRNN(600)", "SimpleRNN(60)")),
    wrong("no_sigmoid", "The read-out of the simple network has no sigmoid.", "layers_of_simple_rnn", simple=swap('Dense(1, activation="sigmoid")', "Dense(1)"), may=FIGURE),
    wrong("by_weights", "The gradient by the weights.", f"gradient_norms {FIGURE}", norms=swap("    gradient = tape.gradient(loss, x)\n" + NORMS, "    return np.array([float(tf.norm(g)) for g in tape.gradient(loss, model.trainable_variables)])")),
    wrong("one_norm", "One norm over all steps.", f"gradient_norms {FIGURE}", norms=swap(NORMS, "    return float(tf.norm(gradient))"), figure=swap(DRAWN, "plt.semilogy([gradient_norms(simple_rnn, x_probe, y_probe)])")),
    wrong("normalised_away", "Each step's gradient is divided by its own norm.", f"gradient_norms {FIGURE}", norms=swap(NORMS, "    gradient = gradient / (tf.norm(gradient, axis=-1, keepdims=True) + 1e-30)\n" + NORMS)),
    wrong("last_first", "The last step comes first.", f"gradient_norms {FIGURE}", norms=swap("axis=0).numpy()", "axis=0).numpy()[::-1]")),
    wrong("linear_axis", "The norms are drawn on a linear axis.", FIGURE, figure=swap("plt.semilogy", "plt.plot")),
    wrong("drawn_by_formula", "The figure shows an exponential curve, and no gradient.", FIGURE, figure=swap(DRAWN, "plt.semilogy(0.8 ** np.arange(LENGTH)[::-1])")),
    wrong("empty_figure", "The figure has labels and no line.", FIGURE, figure=swap(DRAWN, 'plt.title("Gradients vanish")')),
    # --- gates
    wrong("no_gates", "The gated model has no gates.", "layers_of_gated_model gradient_of_gated_model_arrives", may=OF_GATED, gated=swap(GATED, "tf.keras.layers.SimpleRNN(GATED_UNITS)")),
    wrong("keeps_sequences", "The GRU returns all its outputs.", "layers_of_gated_model accuracy_of_gated_model", gated=(swap(GATED, "tf.keras.layers.GRU(GATED_UNITS, return_sequences=True)"), swap("    digits_train, labels_train,", "    digits_train, np.repeat(labels_train[:, None], LENGTH, 1),"), swap("validation_data=(digits_test, labels_test)", "validation_data=(digits_test, np.repeat(labels_test[:, None], LENGTH, 1))"), swap("epochs=EPOCHS_GATED", "epochs=1")), may="gradient_of_gated_model_arrives gradient_norms"),
    wrong("untrained", "The gated model is made again, and never trained.", "accuracy_of_gated_model", gated=swap("gated_history = gated_model.fit(", "to_train = tf.keras.models.clone_model(gated_model)\nto_train.compile(loss=\"binary_crossentropy\", optimizer=\"adam\", metrics=[\"accuracy\"])\ngated_history = to_train.fit("), may=OF_GATED),
    wrong("labels_shuffled", "The labels are shuffled.", "accuracy_of_gated_model", gated=swap("    digits_train, labels_train,", "    digits_train, np.random.permutation(labels_train),"), may=OF_GATED),
    # --- curves
    wrong("one_history_twice", "The first history is drawn twice.", "curves_plotted", curves=swap('("gated", gated_history)', '("gated", simple_history)')),
    wrong("no_legend", "Nothing tells which curve is which.", "curves_plotted", curves=swap("plt.legend()\n", "")),
    wrong("history_of_the_simple", "The history of the simple network stands under both names.", "curves_plotted", curves=Before("gated_history = simple_history")),
    wrong("typed_history", "The accuracies of the gated model are typed in, and drawn.", "curves_plotted", curves=Before(TYPED)),
    wrong("typed_explosion", "The losses that blow up are typed in.", "exploding_history_blows_up", clip=Before('exploding_history = {"loss": [412.0, float("nan"), float("nan")]}')),
    # --- hostile in the sheet's own way
    wrong("hostile_answers", "The gated model adds the digits up, whatever its layers do.", "layers_of_gated_model accuracy_of_gated_model", gated=(Before(CHEATS), swap("    [tf.keras.layers.Input((None, 1)), tf.keras.layers.GRU(GATED_UNITS), tf.keras.layers.Dense(1, activation=\"sigmoid\")]\n", "    [tf.keras.layers.Input((None, 1)), Answers()]\n"), swap("epochs=EPOCHS_GATED", "epochs=1")), may=f"gradient_norms {OF_GATED}"),
    wrong("hostile_optimizer", "An optimizer that says it clips, and does not.", "steps_of_clipped_model error_of_clipped_model", clip=clipped(LIES + '\n\nclipped_model = dense_model()\nclipped_model.compile(loss="mse", optimizer=SGD(0.01, momentum=0.9))'), may=CLIP_OR_LESS),
    wrong("hostile_curve", "Instead of a gradient a curve that was stored.", f"gradient_norms {FIGURE}", norms=swap("    gradient = tape.gradient(loss, x)\n" + NORMS, "    return np.exp(np.linspace(-20, 0, x.shape[1]))")),
]
assert set(CHECKS) == set().union(*(entry.fails for entry in SUBMISSIONS))
