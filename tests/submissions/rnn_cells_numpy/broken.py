"""Submissions that do not run, or not to their end."""

from tests.corpus import Before, broken, swap

SUBMISSIONS = [
    broken(
        "unfinished_lstm",
        "The LSTM's step is still to be written: only those who call it notice.",
        "COMPLETED",
        fails="LSTMCell_forward LSTMCell_output",
        lstm=swap("        joined = np.concatenate((h_prev, x_t), axis=1)\n", '        raise NotImplementedError("LSTMCell.forward is still to be written")\n        joined = h_prev\n'),
    ),
    broken(
        "stops_before_the_stack",
        "A cell raises before its function is defined; the rest of the cell runs, and nothing is lost.",
        "RAISED",
        deep=Before("print(undefined_name)"),
    ),
]
