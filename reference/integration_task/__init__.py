"""The integration task as the course gave it, with two LSTM layers and no read-in.
Cell, layer and training are those of sum_sequence."""
