"""A class of rnn_cells_numpy to try the grader on: tests/submissions/sample_class_rnn_cells_numpy/<student>/, written by
`python -m tests.corpus class --homework rnn_cells_numpy`."""

STUDENTS = {
    "anton": "numpy",
    "berta": "in_files",
    "clara": "update_keeps",
    "dieter": "python_two",
    "emil": "not_turned",
    "frieda": "hostile_takes_our_cell",
}
