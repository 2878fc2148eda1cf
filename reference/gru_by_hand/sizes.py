"""How many parameters each part has: derived from the widths of the layers, never typed."""


def dense_parameters(inputs: int, outputs: int) -> int:
    """Count the trainable numbers of a Dense layer: a weight for every pair and a bias for every output.

    Args:
        inputs: the width of what goes in.
        outputs: the number of units.

    Returns:
        (inputs + 1) * outputs
    """
    return (inputs + 1) * outputs


def gru_parameters(inputs: int, units: int) -> int:
    """Count the trainable numbers of a GRU: two gates and a candidate, each a Dense layer on the input and the hidden state.

    Args:
        inputs: the width of one time step.
        units: the width of the hidden state.

    Returns:
        3 * ((inputs + units) * units + units)
    """
    return 3 * dense_parameters(inputs + units, units)
