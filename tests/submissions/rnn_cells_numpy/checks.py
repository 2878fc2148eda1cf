"""The ids of the checks of rnn_cells_numpy, in the order of the sheet."""

CHECKS = (
    "RNNCell_weights",
    "RNNCell_forward",
    "RNNCell_output",
    "rnn",
    "GRUCell_weights",
    "GRUCell_forward",
    "GRUCell_output",
    "LSTMCell_weights",
    "LSTMCell_forward",
    "LSTMCell_output",
    "deep_rnn",
    "BidirectionalCell_weights",
    "BidirectionalCell_forward",
    "BidirectionalCell_backward",
    "BidirectionalCell_output",
    "bi_rnn",
)
