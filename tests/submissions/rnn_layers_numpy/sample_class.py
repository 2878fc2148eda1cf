"""A class of rnn_layers_numpy to try the grader on: tests/submissions/sample_class_rnn_layers_numpy/<student>/, written by
`python -m tests.corpus class --homework rnn_layers_numpy`."""

STUDENTS = {
    "greta": "numpy",
    "hugo": "in_a_file",
    "ines": "no_slope",
    "jan": "python_two",
    "klara": "other_order",
    "leo": "hostile_nothing_moves",
}
