"""How many parameters each part has: derived from the widths of the layers, never typed."""

from reference.sum_sequence.parameters import READ_IN, UNITS

FEATURES = 1  # numbers per time step
READ_OUT = 1  # one probability per sequence


def dense_parameters(inputs: int, outputs: int) -> int:
    """Count the trainable numbers of a Dense layer: a weight for every pair and a bias for every output.

    Args:
        inputs: the width of what goes in.
        outputs: the number of units.

    Returns:
        (inputs + 1) * outputs
    """
    return (inputs + 1) * outputs


def lstm_parameters(inputs: int, units: int) -> int:
    """Count the trainable numbers of an LSTM: four gates, each a Dense layer on the input and the hidden
    state side by side.

    Args:
        inputs: the width of one time step.
        units: the width of the hidden state and of the cell state.

    Returns:
        4 * ((inputs + units) * units + units)
    """
    return 4 * dense_parameters(inputs + units, units)


def model_parameters(
    features: int = FEATURES, read_in: int = READ_IN, units: int = UNITS, read_out: int = READ_OUT
) -> int:
    """Count the trainable numbers of the whole model: read-in, LSTM, read-out.

    Args:
        features: numbers per time step.
        read_in: units of the read-in layer.
        units: units of the LSTM.
        read_out: units of the read-out layer.

    Returns:
        The sum over the three parts.
    """
    return (
        dense_parameters(features, read_in)
        + lstm_parameters(read_in, units)
        + dense_parameters(units, read_out)
    )
