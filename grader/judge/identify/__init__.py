"""What a student has: the mapping of a cell's weights, the network, the rule of the labels, where training
changed the weights."""
