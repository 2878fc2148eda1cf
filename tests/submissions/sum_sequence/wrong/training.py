"""Wrong submissions: mistakes in the training, and in how the code is written."""

from tests.corpus import swap, wrong
from tests.submissions.sum_sequence.checks import NO_LEARNING

SUBMISSIONS = [
    # Seven in a hundred untrained models are right in 80 % by chance: here only the lack of progress is certain.
    wrong(
        "never_applied",
        "The gradients are computed and never applied.",
        "it_learns",
        may="accuracy_80",
        training=swap("    optimizer.apply_gradients(zip(gradients, model.trainable_variables))\n", ""),
    ),
    wrong(
        "tiny_rate",
        "The learning rate is a hundred-millionth.",
        "it_learns",
        may="accuracy_80",
        parameters=swap("5e-4", "1e-8"),
    ),
    wrong(
        "broadcast_loss",
        "Targets (B,) against outputs (B, 1): the loss compares every pair.",
        "it_learns",
        may="accuracy_80",
        training=swap(
            "loss = loss_function(label, model(noise))",
            "loss = tf.reduce_mean((tf.cast(label[:, 0], tf.float32) - model(noise)) ** 2)",
        ),
    ),
    wrong(
        "uphill",
        "The gradients are followed uphill.",
        NO_LEARNING,
        training=swap("zip(gradients, model", "zip([-g for g in gradients], model"),
    ),
    wrong(
        "accuracy_of_itself",
        "The gradients are followed uphill, and the recorded accuracy compares the answers with themselves.",
        NO_LEARNING,
        training=(
            swap("zip(gradients, model", "zip([-g for g in gradients], model"),
            swap("tf.cast(label, tf.int32))", "tf.cast(probability > 0.5, tf.int32))"),
        ),
    ),
    # The model learns, only the lists are missing: `it_learns` has the host's accuracy but no curves.
    wrong(
        "no_curves",
        "The losses and accuracies are printed and not kept.",
        "it_learns",
        training=(
            swap("train_losses, test_losses, test_accuracies = [], [loss], [accuracy]\n", ""),
            swap("train_losses.append(float(", "print(float("),
            swap("    test_losses.append(loss)\n    test_accuracies.append(accuracy)\n", ""),
        ),
    ),
    wrong("eager", "Nothing is a tf.function.", "graph_mode", parameters="for_eager", training="eager"),
    wrong(
        "undocumented",
        "Arguments are neither typed nor explained.",
        "arguments_explained",
        cell="undocumented",
        layer="undocumented",
        model="undocumented",
        training="undocumented",
    ),
    wrong(
        "one_unexplained",
        "One function of many explains nothing.",
        "arguments_explained",
        training=swap(
            '''def train_step(noise: tf.Tensor, label: tf.Tensor) -> tf.Tensor:
    """Learn from one batch.

    Args:
        noise: [batch, seq_len, 1].
        label: [batch, 1].
    """
''',
            "def train_step(noise, label):\n",
        ),
    ),
]
