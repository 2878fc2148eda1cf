"""Submissions that do not run, or not to their end."""

from tests.corpus import broken, swap

SUBMISSIONS = [
    broken(
        "unfinished_cell",
        "The cell is still to be written.",
        "RAISED",
        fails="returns_states computes_gru",
        cell=swap("        seen = tf.concat([x, hidden], axis=-1)\n", '        raise NotImplementedError("still to be written")\n'),
    ),
]
