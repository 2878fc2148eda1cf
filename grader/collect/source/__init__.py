"""What the source of a homework says without being run."""
