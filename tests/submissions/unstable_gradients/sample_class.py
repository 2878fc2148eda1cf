"""A class of unstable_gradients to try the grader on, written by `python -m tests.corpus class --homework unstable_gradients`."""

STUDENTS = {
    "ines": "plain",
    "jan": "as_the_course",
    "kira": "clip_at_100",
    "lars": "normalised_away",
    "mona": "hostile_answers",
}
