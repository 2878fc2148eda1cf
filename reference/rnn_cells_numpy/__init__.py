"""RNN concepts: shapes, gradients and parameters, by hand."""
