"""Submissions that do not run, or not to their end."""

from tests.corpus import broken, swap

SUBMISSIONS = [
    broken(
        "stops_before_the_gates",
        "A cell raises before the gated model is made: what stands above keeps its points.",
        "RAISED",
        fails="layers_of_gated_model accuracy_of_gated_model gradient_of_gated_model_arrives curves_plotted",
        gated=swap("gated_model = tf.keras.Sequential(", "gated_model = to_be_written("),
    ),
]
