"""How many parameters recurrent layers have: derived from their gates and sizes, never typed."""


def gate_parameters(features: int, units: int, biases: int = 1) -> int:
    """Count what one gate is made of: weights from the input, weights between the units, and biases.

    Args:
        features: numbers at each step.
        units: numbers of the hidden state.
        biases: how many biases each unit has.

    Returns:
        (features + units + biases) * units
    """
    return (features + units + biases) * units


def simple_rnn_parameters(features: int, units: int) -> int:
    """Count the trainable parameters of a SimpleRNN.

    Args:
        features: numbers at each step.
        units: numbers of the hidden state.

    Returns:
        A whole number.
    """
    ### BEGIN SOLUTION: no gates at all: it is one, so to say
    return gate_parameters(features, units)
    ### END SOLUTION


def lstm_parameters(features: int, units: int) -> int:
    """Count the trainable parameters of an LSTM.

    Args:
        features: numbers at each step.
        units: numbers of the hidden state and of the cell state.

    Returns:
        A whole number.
    """
    ### BEGIN SOLUTION: forget gate, input gate, candidate, output gate
    return 4 * gate_parameters(features, units)
    ### END SOLUTION


def gru_parameters(features: int, units: int, reset_after: bool) -> int:
    """Count the trainable parameters of a GRU as Keras has it.

    Args:
        features: numbers at each step.
        units: numbers of the hidden state.
        reset_after: whether the reset gate is applied after the product with the recurrent weights.
            Then input and state have a bias each.

    Returns:
        A whole number.
    """
    ### BEGIN SOLUTION: reset gate, update gate, candidate
    return 3 * gate_parameters(features, units, biases=2 if reset_after else 1)
    ### END SOLUTION


def bidirectional_lstm_parameters(features: int, units: int) -> int:
    """Count the trainable parameters of two LSTMs, one for each direction, each with so many units.

    Args:
        features: numbers at each step.
        units: units of each direction.

    Returns:
        A whole number.
    """
    ### BEGIN SOLUTION: what a second direction adds
    return 2 * lstm_parameters(features, units)
    ### END SOLUTION
