"""Submissions that do not run, or not to their end."""

from tests.corpus import broken, swap

SUBMISSIONS = [
    broken(
        "unfinished_counts",
        "The LSTM's count is still to be written: only those who call it notice.",
        "COMPLETED",
        fails="lstm_parameters bidirectional_lstm_parameters",
        counts=swap("return 4 * units * (features + units + 1)", 'raise NotImplementedError("lstm_parameters is still to be written")'),
    ),
    broken(
        "stops_before_the_lstm",
        "A cell raises before its function is defined; the rest of the cell runs, and nothing is lost.",
        "RAISED",
        gradients=swap("def bptt_gradients", "print(undefined_name)\n\n\ndef bptt_gradients"),
        may="bptt_gradients_W_2 bptt_gradients_U_2 bptt_gradients_any",
    ),
]
