"""Who takes part, what they are called, and when they handed in."""
