"""How many parameters each part has: derived from the widths of the layers, never typed."""

from reference.sum_sequence.sizes import dense_parameters


def gru_parameters(inputs: int, units: int) -> int:
    """Count the trainable numbers of a GRU: two gates and a candidate,
    each a Dense layer on the input and the hidden state.

    Args:
        inputs: the width of one time step.
        units: the width of the hidden state.

    Returns:
        3 * ((inputs + units) * units + units)
    """
    return 3 * dense_parameters(inputs + units, units)
