"""From the bytes of a file to cells: notebooks and scripts of any state of repair."""
