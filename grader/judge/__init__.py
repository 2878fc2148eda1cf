"""From observations to verdicts: pure functions on NumPy arrays. Nothing here touches disk, kernels or the
clock."""
