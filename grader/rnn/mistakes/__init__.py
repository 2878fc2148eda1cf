"""Known mistakes of recurrent cells, by family."""
