"""What a homework was written for and is not here: given back where its old meaning is certain, stood in for
where nothing needs it, and said."""
