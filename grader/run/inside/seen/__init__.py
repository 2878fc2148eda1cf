"""What is seen while the notebook runs: training, data, figures, and what its code executes."""
