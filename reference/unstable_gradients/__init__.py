"""Exploding and vanishing gradients."""
