"""Written answers: found, read and shown. A person marks them; what is read is evidence and a suggestion,
never a mark."""

from grader.judge.checks.written.keys import answer_key
from grader.judge.checks.written.person import for_a_person, in_words, suggested_share, take_suggestions
from grader.judge.checks.written.read import read
from grader.judge.checks.written.reading import Flag, Quote, QuoteKind, RubricReading, Suggestion

__all__ = [
    "Flag",
    "Quote",
    "QuoteKind",
    "RubricReading",
    "Suggestion",
    "answer_key",
    "for_a_person",
    "in_words",
    "read",
    "suggested_share",
    "take_suggestions",
]
