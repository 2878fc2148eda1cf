"""Functions of named arguments, and the equations of a simple recurrent network that they compute."""
