"""A class of time_series_forecast to try the grader on: tests/submissions/sample_class_time_series_forecast/<student>/, written by
`python -m tests.corpus class --homework time_series_forecast`."""

STUDENTS = {
    "anke": "course",
    "bodo": "classes",
    "cora": "target_inside",
    "dirk": "sequences_on_top",
    "elsa": "centred_mean",
    "frida": "hostile_last_value",
}
