"""Points, levels and what counts as confirmed: the rules of docs/points.md."""
