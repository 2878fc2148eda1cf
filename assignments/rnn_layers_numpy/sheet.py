"""Recurrent layers by hand in NumPy: steps and sequences, each with its gradients."""

from grader import Assignment, Level, checks, roles

hw = Assignment(
    "rnn_layers_numpy", title="Recurrent layers by hand in NumPy, with their gradients", own_layers=True
)

WEIGHTS = ["Wx", "Wh", "b"]

# --- what a notebook, or a Python file, has -----------------------------------------------------------------

rnn_step = hw.role(roles.function("rnn_step_forward", ["x", "prev_h", *WEIGHTS]))
rnn_step_back = hw.role(roles.function("rnn_step_backward", ["dnext_h", "cache"]))
rnn = hw.role(roles.function("rnn_forward", ["x", "h0", *WEIGHTS]))
rnn_back = hw.role(roles.function("rnn_backward", ["dh", "cache"]))
words = hw.role(roles.function("word_embedding_forward", ["x", "W"]))
words_back = hw.role(roles.function("word_embedding_backward", ["dout", "cache"]))
lstm_step = hw.role(roles.function("lstm_step_forward", ["x", "prev_h", "prev_c", *WEIGHTS]))
lstm_step_back = hw.role(roles.function("lstm_step_backward", ["dnext_h", "dnext_c", "cache"]))
lstm = hw.role(roles.function("lstm_forward", ["x", "h0", *WEIGHTS]))
lstm_back = hw.role(roles.function("lstm_backward", ["dh", "cache"]))

# --- the equations: gates side by side in blocks of columns -------------------------------------------------

simple = checks.recurrence(
    "simple_rnn",
    blocks=["candidate"],
    step=["x", "prev_h", *WEIGHTS],
    sequence=["x", "h0", *WEIGHTS],
    rules=["simple_rnn_tanh"],
)
gated = checks.recurrence(
    "lstm",
    blocks=["input", "forget", "output", "candidate"],
    step=["x", "prev_h", "prev_c", *WEIGHTS],
    sequence=["x", "h0", *WEIGHTS],
)

# --- what is checked ----------------------------------------------------------------------------------------

part = hw.task("1", "One step of a simple recurrent network", after_training=False)
part.check(checks.gives_step(rnn_step, simple), points=5, level=Level.PASSED)
part.check(checks.gives_step_gradients(rnn_step_back, simple, along=rnn_step), points=6, level=Level.PASSED)

part = hw.task("2", "A whole sequence", after_training=False)
part.check(checks.gives_sequence(rnn, simple, step=rnn_step), points=5, level=Level.PASSED)
part.check(
    checks.gives_sequence_gradients(rnn_back, simple, along=rnn, step=rnn_step, step_back=rnn_step_back),
    points=6,
    level=Level.PASSED,
)

part = hw.task("3", "Words as vectors", after_training=False)
part.check(checks.looks_up(words), points=2)
part.check(checks.adds_up(words_back, along=words), points=3)

part = hw.task("4", "One step of an LSTM", after_training=False)
part.check(checks.gives_step(lstm_step, gated), points=6, level=Level.PASSED)
part.check(
    checks.gives_step_gradients(lstm_step_back, gated, along=lstm_step), points=8, level=Level.OUTSTANDING
)

part = hw.task("5", "The LSTM through a whole sequence", after_training=False)
part.check(checks.gives_sequence(lstm, gated, step=lstm_step), points=4)
part.check(
    checks.gives_sequence_gradients(lstm_back, gated, along=lstm, step=lstm_step, step_back=lstm_step_back),
    points=5,
    level=Level.OUTSTANDING,
)
