"""Submissions that do not run, or not to their end."""

from tests.corpus import Before, broken, swap

SUBMISSIONS = [
    broken(
        "unfinished_lstm",
        "The LSTM's step back is still to be written: only those who call it notice.",
        "COMPLETED",
        fails="lstm_step_backward",
        gated=swap("    tanh_c = np.tanh(next_c)\n", '    raise NotImplementedError("lstm_step_backward is still to be written")\n    tanh_c = 0\n'),
    ),
    broken(
        "returns_none",
        "What is not written yet returns None, as the course hands it out.",
        "COMPLETED",
        fails="lstm_step_backward",
        gated=swap("    return dx, dprev_h, dprev_c, dWx, dWh, db\n", "    dx, dprev_h, dprev_c, dWx, dWh, db = None, None, None, None, None, None\n    return dx, dprev_h, dprev_c, dWx, dWh, db\n"),
    ),
    broken(
        "no_step_forward",
        "The LSTM's step is still to be written, and its step back has no cache to go by; the loops go by ours.",
        "COMPLETED",
        fails="lstm_step_forward lstm_step_backward",
        gated=swap("    H = prev_h.shape[1]\n", '    raise NotImplementedError("lstm_step_forward is still to be written")\n'),
    ),
    broken(
        "step_gives_nothing",
        "The simple step has no return statement.",
        "COMPLETED",
        fails="rnn_step_forward rnn_step_backward",
        simple=swap("    return next_h, cache\n", "    next_h, cache\n"),
    ),
    broken(
        "stops_before_the_words",
        "A cell raises before its functions are defined; the rest of the cell runs, and nothing is lost.",
        "RAISED",
        vectors=Before("print(undefined_name)"),
    ),
]
