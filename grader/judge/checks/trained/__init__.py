"""What came of a training: what was recorded and drawn of it, and the accuracy that the host measures."""
