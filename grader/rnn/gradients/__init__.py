"""The way back through time: by the derivative that a family says of its step, else by one that is traced."""
