"""What is asked afterwards, and how: the probes, and the ways of making and calling that students have."""
