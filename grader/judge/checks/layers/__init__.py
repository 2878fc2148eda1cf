"""A cell, a layer and a model of the student's own, written with TensorFlow."""
