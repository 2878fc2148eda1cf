"""An autograder for hand-written recurrent networks in TensorFlow homework."""

__version__ = "0.1.0"
