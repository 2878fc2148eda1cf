"""A class to try the grader on: tests/submissions/sample_class/<student>/, written by `python -m tests.corpus class`."""

STUDENTS = {
    "ada": "plain",
    "alan": "cell_not_carried",
    "barbara": "keras_fit",
    "blaise": "softmax_on_one",
    "charles": "truncated",
    "emmy": "fused",
    "grete": "forget_bias_zero",
    "kurt": "last_output_only",
}
