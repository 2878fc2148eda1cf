"""What goes in and comes out: the shapes of the layers, how many parameters they have, and the answer."""
