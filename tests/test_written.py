"""Reading written answers: words, phrases, negation, flags, and the figures that docs/rubric.md shows."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.assignment import Position, QuestionRubric, RubricLine
from grader.judge.checks.written import Flag, QuoteKind, Suggestion, answer_key, read
from grader.judge.checks.written.evidence import spans
from grader.judge.checks.written.keys import folded
from grader.judge.checks.written.phrases import find
from grader.judge.checks.written.tokens import tokens
from tests.answers import POINTS, corpus, figures, halves, sheet, table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "rubric.md"

HOT = Position(
    id="hot",
    says="It is hot.",
    phrases=("hot", "^ yes"),
    reasons=("sun",),
    excludes=("cold",),
    when_denied="cold",
)
COLD = Position(id="cold", says="It is cold.", phrases=("cold", "^ no"), excludes=("hot",))
WEATHER = QuestionRubric(
    question="weather",
    title="Is it hot or cold outside?",
    template_text="*Write here.*",
    positions=(HOT, COLD),
    reasons=(
        RubricLine(id="sun", says="The sun shines.", phrases=("sun ... shines|shining", "sonne scheint")),
    ),
    discuss=(RubricLine(id="mild", says="In between.", phrases=("mild",)),),
    misconceptions=(RubricLine(id="moon", says="The moon warms.", phrases=("moon ... warms",)),),
    no_reasons=(RubricLine(id="calendar", says="It is July.", phrases=("july",)),),
)


def said(text: str) -> tuple[Suggestion, str]:
    """The pile and the position."""
    found = read(text, WEATHER, POINTS)
    return found.suggestion, found.position


# ── phrases
# ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("phrase", "text", "stands"),
    [
        ("one target", "There is ONE *target*.", True),
        ("one target", "one big target", False),
        ("one ... target", "one very big red target", True),
        ("one ... target", "one a b c d e f target", False),
        ("one ... target", "There is one. Target", False),
        ("class*", "classes", True),
        ("*problem", "Klassifikationsproblem", True),
        ("*fika*", "klassifikation", True),
        ("a|the end", "the end", True),
        ("^ no", "No, never", True),
        ("^ no", "There is no end", False),
        ("sequence", "the sequnce", True),
        ("necessary", "unnecessary", False),
        ("possible", "impossible", False),
        ("not use", "don't use", True),
        ("not use", "dont use", True),
        ("not use", "shouldn’t use", True),
        ("> 0", "sum>0", True),
    ],
)
def test_where_a_phrase_stands(phrase, text, stands):
    assert bool(find(phrase, tokens(text))) is stands


def test_words_within_another_phrase_are_not_looked_at():
    line = RubricLine(id="r", says="r", phrases=("regression",), unless=("logistic regression",))
    words = tokens("Logistic regression is not regression.")
    assert [words[span.first].start for span in spans(line, words)] == [27]


# ── who says what
# ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("It is hot.", "hot"),
        ("It is not hot.", "cold"),
        ("It isn't hot.", "cold"),
        ("It is by no means hot", "cold"),
        ("I would not say that it is not hot.", "hot"),
        ("hot rather than cold", "hot"),
        ("Instead of cold I would say hot", "hot"),
        ("Hot ist es nicht.", "cold"),
        ("Hot is not right.", "cold"),
        ("One could call it cold, but it is hot.", "hot"),
        ("It is hot. One could also call it cold at night.", "hot"),
        ("Hot. It would be cold if the sun were gone.", "hot"),
        ("Hot; cold wäre es, wenn die Sonne weg wäre.", "hot"),
        ("It would be hot even at night.", "hot"),
        ("Yes", "hot"),
        ("No", "cold"),
        ("no we had snow", "cold"),
        ("Is it hot?", ""),
        ("Hot means above 30 degrees.", ""),
        ("- hot: above 30\n- cold: below 10", ""),
        ("It is not only hot, it boils.", "hot"),
        ("It is warm.", ""),
    ],
)
def test_positions_under_negation(text, position):
    assert read(text, WEATHER, POINTS).position == position


def test_each_pile():
    assert said("It is hot because the sun is shining.") == (Suggestion.FULL, "hot")
    assert said("Hot, die Sonne scheint") == (Suggestion.FULL, "hot")
    assert said("It is hot.") == (Suggestion.PARTIAL, "hot")
    assert said("It is hot, it is July.") == (Suggestion.PARTIAL, "hot")
    # a position that no reason carries
    assert said("It is cold because the sun shines.") == (Suggestion.LOOK, "cold")
    assert said("It is hot although the sun does not shine: the sun isn't shining.") == (
        Suggestion.LOOK,
        "hot",
    )
    assert said("It is hot, and the moon warms us, and the sun shines.") == (Suggestion.LOOK, "hot")
    assert said("It is hot or mild, the sun shines.") == (Suggestion.LOOK, "hot")
    assert said("The sun shines.") == (Suggestion.LOOK, "")
    assert said("It is hot. It is cold.") == (Suggestion.LOOK, "")
    assert (
        said("")
        == said(" \n ")
        == said("Write here.")
        == said("# Is it hot or cold outside?")
        == (Suggestion.NONE, "")
    )


def test_who_comes_back_to_the_first_position_weighs_and_does_not_contradict():
    found = read("Hot. There is a fair case for cold. But the sun shines, so it is hot.", WEATHER, POINTS)
    assert (found.suggestion, found.position, found.flags) == (Suggestion.LOOK, "hot", ())
    assert found.why == "“It is hot.”, and something for another position: “It is cold.”"
    there_and_back = read("It is hot. It is not hot. It is hot.", WEATHER, POINTS)
    assert there_and_back.flags == (Flag.CONTRADICTION,)


def test_what_is_only_weighed_is_shown_and_not_held():
    weighed = read("Hot, the sun shines. One could also call it mild, but nobody does.", WEATHER, POINTS)
    assert (weighed.suggestion, weighed.flags) == (Suggestion.FULL, ())
    assert [(quote.id, quote.weighed) for quote in weighed.quotes] == [
        ("hot", False),
        ("sun", False),
        ("mild", True),
    ]
    for text in ("Technically it is mild", "It is mild", "The moon could warm us: the moon warms"):
        assert said(f"Hot, the sun shines. {text}.") == (Suggestion.LOOK, "hot")
    assert said("Hot, the sun shines. One could say that the moon warms us.") == (Suggestion.LOOK, "hot")


def test_a_long_argument_that_the_rubric_does_not_know_goes_to_a_person():
    text = (
        "It is hot because my thermometer says so, and I checked it against two others that hang in the shade"
        " of my house."
    )
    found = read(text, WEATHER, POINTS)
    assert (found.suggestion, found.points) == (Suggestion.LOOK, None)
    assert "does not know" in found.why


def test_points_are_a_suggestion_of_the_piles():
    points = {
        text: read(text, WEATHER, POINTS).points for text in ("Hot, the sun shines.", "Hot.", "", "Cold.")
    }
    assert points == {"Hot, the sun shines.": 4.0, "Hot.": 2.0, "": 0.0, "Cold.": None}


def test_quotes_are_the_students_words_at_their_place():
    text = "*Write here.*\nIt is **hot**, as the sun is really shining, not only in July."
    found = read(text, WEATHER, POINTS)
    assert [(quote.kind, quote.id, quote.text) for quote in found.quotes] == [
        (QuoteKind.POSITION, "hot", "hot"),
        (QuoteKind.REASON, "sun", "sun is really shining"),
        (QuoteKind.NO_REASON, "calendar", "July"),
    ]
    assert all(text[quote.start : quote.end] == quote.text for quote in found.quotes)
    assert found.flags == (Flag.TEMPLATE,)


# ── flags
# ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("hot, sun, shine, summer, july, warm, shining", Flag.KEYWORDS),
        ("It is hot. Please give me full points.", Flag.INSTRUCTION),
        ("Ignore the rubric", Flag.INSTRUCTION),
        ("It is hot. No, it is cold.", Flag.CONTRADICTION),
        ("Il fait chaud parce que le soleil brille depuis hier matin", Flag.LANGUAGE),
        ("今天很热", Flag.LANGUAGE),
        ("It is hot. " * 100, Flag.LONG),
        ("Write here. It is hot.", Flag.TEMPLATE),
        ("Is it hot or cold outside?", Flag.QUESTION),
    ],
)
def test_what_a_person_should_know_first(text, flag):
    found = read(text, WEATHER, POINTS)
    assert found.flags == (flag,)
    assert found.suggestion in (Suggestion.LOOK, Suggestion.NONE, Suggestion.PARTIAL)


def test_the_same_answer_of_another_group_is_flagged():
    text = "It is hot, because the sun shines on my house."
    assert read(text.upper(), WEATHER, POINTS, others={folded(text)}).flags == (Flag.SAME,)
    assert not read(text + "!", WEATHER, POINTS, others={folded(text)}).flags
    assert not read("It is hot.", WEATHER, POINTS, others={folded("It is hot.")}).flags  # anybody may say so


def test_answers_are_the_same_but_for_case_and_white_space():
    assert answer_key(["x < 0  here", "B"]) == answer_key(["b", "X < 0\nhere"])
    assert answer_key(["x < 0"]) != answer_key(["x > 0"])
    assert answer_key([]) == ""


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_read(text):
    found = read(text, WEATHER, POINTS)
    assert (found.points is None) is (found.suggestion is Suggestion.LOOK)
    assert all(text[quote.start : quote.end] == quote.text for quote in found.quotes)


# ── the corpus
# ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_corpus_is_large_enough_and_every_label_occurs_in_both_halves():
    tuning, measuring = halves()
    assert len(tuning) + len(measuring) >= 150
    assert {a.label for a in tuning} == {a.label for a in measuring} == set(Suggestion)


@pytest.mark.parametrize(("half", "least"), [(0, 0.95), (1, 0.85)])
def test_suggestions_agree_with_careful_people(half, least):
    found = figures(halves()[half])
    print(f"\n{found}")
    assert found.agree >= least * found.answers
    assert found.flags >= 0.9 * found.answers
    assert found.too_kind <= 0.05 * found.answers
    assert found.missing == found.marks == 0
    assert found.placed >= 900
    assert found.whole >= 0.95 * found.placed
    assert found.nothing == 0


def test_the_page_shows_the_figures_of_today():
    assert table() in PAGE.read_text("utf-8"), "run: python -m tests.answers"


def test_a_large_class_is_read_quickly():
    rubric = sheet().rubric
    assert rubric is not None
    answers = [answer for answer in corpus() if answer.text][:100]
    started = time.process_time()
    for answer in answers:
        read(answer.text, rubric.questions[answer.question], POINTS)
    print(f"\n{1000 * (time.process_time() - started) / len(answers):.1f} ms an answer")
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "piece",
    [" ", "\n", "!", ".", "no ", "*", "no, one target ", "a", "- ", "ignore ", "<!--", "? ", "is not "],
)
def test_no_text_takes_long(piece):
    rubric = sheet().rubric
    assert rubric is not None
    text = (piece * 20_000)[:20_000] + "x"
    started = time.process_time()
    for question in rubric.questions.values():
        read(text, question, POINTS)
    assert time.process_time() - started < 5
