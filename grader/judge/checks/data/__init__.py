"""The data that a homework makes: its sequences, their labels, and the batches to train and test with."""
