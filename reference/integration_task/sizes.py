"""How many parameters a model of any sizes has: derived from the widths of the layers, never typed."""

from collections.abc import Sequence

from reference.integration_task.parameters import LSTM_SIZES, READ_IN_SIZES
from reference.sum_sequence.sizes import dense_parameters, lstm_parameters

FEATURES = 1  # numbers per time step


def model_parameters(
    read_in: Sequence[int] = READ_IN_SIZES, units: Sequence[int] = LSTM_SIZES, read_out: int = 1
) -> int:
    """Count the trainable numbers of a whole model: read-in layers, LSTM layers, read-out.

    Args:
        read_in: units of the read-in layers, from the input on.
        units: units of the LSTM layers, from the bottom to the top.
        read_out: units of the read-out layer.

    Returns:
        The sum over all layers, each as wide as the one below it gives.
    """
    width, total = FEATURES, 0
    for size in read_in:
        width, total = size, total + dense_parameters(width, size)
    for size in units:
        width, total = size, total + lstm_parameters(width, size)
    return total + dense_parameters(width, read_out)
