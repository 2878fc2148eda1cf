"""A GRU by hand. Task, pipeline and training are those of sum_sequence."""
