"""A class of rnn_concepts to try the grader on: tests/submissions/sample_class_rnn_concepts/<student>/, written by
`python -m tests.corpus class --homework rnn_concepts`."""

STUDENTS = {
    "anna": "numpy",
    "bela": "tensors",
    "carl": "last_step_only",
    "dora": "in_readme",
    "ede": "two_biases",
    "fanny": "hostile_every_box",
    "gabor": "two_letters",
    "hanna": "own_names",
}
