"""Which shapes the arrays of a recurrent layer have."""


def output_shapes(batch: int, time: int, features: int, units: int) -> dict[str, tuple[int, ...]]:
    """Tell the shapes of what goes into a recurrent layer and what comes out of it.

    Args:
        batch: sequences that are computed at once.
        time: steps of each sequence.
        features: numbers at each step.
        units: numbers of the hidden state.

    Returns:
        The shapes of "x" (all inputs), "x_t" (one step of them), "h" (all hidden states) and "h_t" (one
        hidden state).
    """
    ### BEGIN SOLUTION: a dict of four tuples, with the keys "x", "x_t", "h" and "h_t"
    return {
        "x": (batch, time, features),
        "x_t": (batch, features),
        "h": (batch, time, units),
        "h_t": (batch, units),
    }
    ### END SOLUTION
