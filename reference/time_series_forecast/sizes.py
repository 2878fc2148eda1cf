"""How many parameters the models have: derived from the widths of the layers, never typed."""

from reference.rnn_concepts.counts import bidirectional_lstm_parameters, simple_rnn_parameters
from reference.sum_sequence.sizes import dense_parameters


def simple_rnn_model(units: int = 40) -> int:
    """Two SimpleRNN layers of `units` units on windows of one feature, and one output."""
    return simple_rnn_parameters(1, units) + simple_rnn_parameters(units, units) + dense_parameters(units, 1)


def two_way_lstm_model(units: int = 32) -> int:
    """Two two-way LSTM layers of `units` units on windows of one feature, and one output."""
    both = 2 * units
    return (
        bidirectional_lstm_parameters(1, units)
        + bidirectional_lstm_parameters(both, units)
        + dense_parameters(both, 1)
    )
