"""Homework 7: an LSTM by hand, trained on the sign of a sum.
Runs under Keras 3 and under tf-keras (Keras 2)."""
