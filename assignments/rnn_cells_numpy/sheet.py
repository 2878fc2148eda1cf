"""Recurrent cells by hand in NumPy: classes with fixed attributes, and functions that step them."""

from grader import Assignment, Level, checks, roles

hw = Assignment(
    "rnn_cells_numpy",
    title="Recurrent cells by hand in NumPy",
    signatures={
        "RNNCell.forward": ("h_prev", "x_t"),
        "GRUCell.forward": ("h_prev", "x_t"),
        "LSTMCell.forward": ("h_prev", "c_prev", "x_t"),
        "BidirectionalCell.forward": ("h_prev", "x_t"),
        "BidirectionalCell.backward": ("h_next", "x_t"),
        "BidirectionalCell.output": ("H",),
    },
    own_layers=True,
)

SIZES = ["i", "h", "o"]  # of the input, the hidden state and the output
Y = ("Wy", "by")

# --- what a notebook, or a folder of Python files, has ------------------------------------------------------

rnn_cell = hw.role(roles.own_class("RNNCell", SIZES, methods=["forward"]))
rnn = hw.role(roles.function("rnn", ["rnn_cell", "X", "h_0"]))
gru_cell = hw.role(roles.own_class("GRUCell", SIZES, methods=["forward"]))
lstm_cell = hw.role(roles.own_class("LSTMCell", SIZES, methods=["forward"]))
deep_rnn = hw.role(roles.function("deep_rnn", ["rnn_cells", "X", "h_0"]))
both_cell = hw.role(roles.own_class("BidirectionalCell", SIZES, methods=["forward"]))
bi_rnn = hw.role(roles.function("bi_rnn", ["bi_cell", "X", "h_0", "h_t"]))

# --- the weights, in the order in which they are drawn; every gate sees h and x side by side, h first -------

of_rnn = checks.weights_by_hand(
    rnn_cell,
    draws=lambda i, h, o: {"Wh": (i + h, h), "Wy": (h, o)},
    zeros=lambda i, h, o: {"bh": (1, h), "by": (1, o)},
)
of_gru = checks.weights_by_hand(
    gru_cell,
    draws=lambda i, h, o: {"Wz": (i + h, h), "Wr": (i + h, h), "Wh": (i + h, h), "Wy": (h, o)},
    zeros=lambda i, h, o: {"bz": (1, h), "br": (1, h), "bh": (1, h), "by": (1, o)},
)
of_lstm = checks.weights_by_hand(
    lstm_cell,
    draws=lambda i, h, o: {
        "Wf": (i + h, h),
        "Wu": (i + h, h),
        "Wc": (i + h, h),
        "Wo": (i + h, h),
        "Wy": (h, o),
    },
    zeros=lambda i, h, o: {"bf": (1, h), "bu": (1, h), "bc": (1, h), "bo": (1, h), "by": (1, o)},
)
of_both = checks.weights_by_hand(
    both_cell,
    draws=lambda i, h, o: {"Whf": (i + h, h), "Whb": (i + h, h), "Wy": (2 * h, o)},
    zeros=lambda i, h, o: {"bhf": (1, h), "bhb": (1, h), "by": (1, o)},
)

# --- one step of each ---------------------------------------------------------------------------------------

TANH = ["simple_rnn_tanh"]  # h' = tanh(...), not another activation
RENEWS = ["gru_reset_before_update_renews"]  # h' = (1 - z) h + z n, and n sees r * h
simple = checks.step_by_hand(
    of_rnn,
    family="simple_rnn",
    gates={"candidate": ("Wh", "bh")},
    given=["h_prev", "x_t"],
    read_out=Y,
    rules=TANH,
)
gru = checks.step_by_hand(
    of_gru,
    family="gru",
    gates={"update": ("Wz", "bz"), "reset": ("Wr", "br"), "candidate": ("Wh", "bh")},
    given=["h_prev", "x_t"],
    read_out=Y,
    rules=RENEWS,
)
lstm = checks.step_by_hand(
    of_lstm,
    family="lstm",
    gates={"forget": ("Wf", "bf"), "input": ("Wu", "bu"), "candidate": ("Wc", "bc"), "output": ("Wo", "bo")},
    given=["h_prev", "c_prev", "x_t"],
    read_out=Y,
)
ahead = checks.step_by_hand(
    of_both, family="simple_rnn", gates={"candidate": ("Whf", "bhf")}, given=["h_prev", "x_t"], rules=TANH
)
behind = checks.step_by_hand(
    of_both,
    family="simple_rnn",
    gates={"candidate": ("Whb", "bhb")},
    given=["h_next", "x_t"],
    method="backward",
    rules=TANH,
)

# --- what is checked ----------------------------------------------------------------------------------------

part = hw.task("1", "A simple recurrent cell", after_training=False)
part.check(checks.makes_weights(of_rnn), points=2)
part.check(checks.gives_states(simple), points=4, level=Level.PASSED)
part.check(checks.gives_output(simple), points=2)

part = hw.task("2", "A sequence", after_training=False)
part.check(checks.steps_cells(rnn, "one"), points=5, level=Level.PASSED)

part = hw.task("3", "A GRU cell", after_training=False)
part.check(checks.makes_weights(of_gru), points=1)
part.check(checks.gives_states(gru), points=6, level=Level.PASSED)
part.check(checks.gives_output(gru), points=1)

part = hw.task("4", "An LSTM cell", after_training=False)
part.check(checks.makes_weights(of_lstm), points=1)
part.check(checks.gives_states(lstm), points=6, level=Level.PASSED)
part.check(checks.gives_output(lstm), points=1)

part = hw.task("5", "A stack of cells", after_training=False)
part.check(checks.steps_cells(deep_rnn, "deep"), points=6, level=Level.OUTSTANDING)

part = hw.task("6", "A cell for both directions", after_training=False)
part.check(checks.makes_weights(of_both), points=2)
part.check(checks.gives_states(ahead), points=2)
part.check(checks.gives_states(behind), points=3)
part.check(checks.reads_out(of_both, read_out=Y, width=lambda h: 2 * h), points=3)

part = hw.task("7", "Both directions", after_training=False)
part.check(checks.steps_cells(bi_rnn, "both ways"), points=5, level=Level.OUTSTANDING)
