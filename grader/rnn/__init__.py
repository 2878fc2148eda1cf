"""The textbook: recurrent cells in pure NumPy, their layouts, gradients and known mistakes. No verdicts."""
