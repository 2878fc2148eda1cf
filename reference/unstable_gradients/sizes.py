"""How many parameters the models have, derived from their sizes."""


def dense_parameters(inputs: int, outputs: int) -> int:
    """Count the parameters of a Dense layer: a weight for every pair and a bias for every output.

    Args:
        inputs: the width of what goes in.
        outputs: the number of units.

    Returns:
        (inputs + 1) * outputs
    """
    return (inputs + 1) * outputs


def simple_rnn_parameters(inputs: int, units: int) -> int:
    """Count the parameters of a SimpleRNN: a Dense layer on the input and the hidden state.

    Args:
        inputs: numbers at each step.
        units: the width of the hidden state.

    Returns:
        (inputs + units + 1) * units
    """
    return dense_parameters(inputs + units, units)
