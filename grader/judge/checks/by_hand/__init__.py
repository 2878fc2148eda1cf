"""Homework of plain NumPy: cells as classes, functions that step them, steps and sequences with their
gradients."""
