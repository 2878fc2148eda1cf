"""Models that are made of Keras' own layers, and how they are trained."""
