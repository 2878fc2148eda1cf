"""rubric.yaml: what is read, and that every complaint names the line and the field."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.assignment import Question, load_sheet, sheet_digest
from grader.assignment.rubric_file import load_rubric, shared_rubrics
from grader.errors import AssignmentError

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = (Question(id="weather", title="Hot or cold?", wordings=("Weather",), template_text="here"),)
GOOD = """\
weather:
  question: Hot or cold?
  wordings: ["Heiß oder kalt?"]
  partial: 0.25
  positions:
    hot:
      says: It is  hot.
      phrases: {en: [hot, "^ yes"], de: [heiß]}
      reasons: [sun]
      excludes: [cold]
      when_denied: cold
    cold:
      says: It is cold.
      phrases: [cold]
      unless: [cold beer]
  reasons:
    sun:
      says: The sun shines.
      phrases: ["sun ... shines|shining", "*sonne*"]
"""


def load(folder: Path, text: str | bytes):
    (folder / "sky").mkdir(exist_ok=True)
    path = folder / "sky" / "rubric.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_rubric(path, QUESTIONS)


def test_a_whole_rubric(tmp_path):
    rubric = load(tmp_path, GOOD)
    found = rubric.questions["weather"]
    assert (found.title, found.wordings, found.template_text, found.partial) == (
        "Hot or cold?",
        ("Weather", "Heiß oder kalt?"),
        "here",
        0.25,
    )
    hot, cold = found.positions
    assert (hot.says, hot.phrases, hot.reasons) == ("It is hot.", ("hot", "^ yes", "heiß"), ("sun",))
    assert (hot.excludes, hot.when_denied, cold.unless) == (("cold",), "cold", ("cold beer",))
    assert [line.id for line in found.lines()] == ["hot", "cold", "sun"]


def test_the_digest_follows_the_file(tmp_path):
    assert (
        load(tmp_path, GOOD).digest == load(tmp_path, GOOD).digest != load(tmp_path, GOOD + "# more\n").digest
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  partial: 0.25", "  partials: 0.25", "line 4, weather.partials: unknown field"),
        (
            "  partial: 0.25",
            "  partial: 2",
            "line 4, weather.partial: expected a share between 0 and 1, found '2'",
        ),
        ("  partial: 0.25", "  partial: half", "line 4, weather.partial: expected a share"),
        ("Hot or cold?", "Hot?", "line 2, weather.question: the sheet asks something else: 'Hot or cold?'"),
        ("weather:", "wether:", "line 2, wether: unknown field; there are: weather"),
        ("      says: It is cold.\n", "", "line 13, weather.positions.cold: the field 'says' is missing"),
        (
            "reasons: [sun]",
            "reasons: [son]",
            "line 9, weather.positions.hot.reasons: there is no reason called 'son'; there is: sun",
        ),
        (
            "excludes: [cold]",
            "excludes: [hot]",
            "weather.positions.hot.excludes: there is no other position called 'hot'",
        ),
        (
            "when_denied: cold",
            "when_denied: cool",
            "line 11, weather.positions.hot.when_denied: there is no other position",
        ),
        (
            "phrases: [cold]",
            "phrases: cold",
            "line 14, weather.positions.cold.phrases: expected fields below it, found 'cold'",
        ),
        ("phrases: [cold]", "phrases: []", "line 14, weather.positions.cold.phrases: there are no phrases"),
        (
            "phrases: [cold]",
            "phrases: [cold, cold]",
            "weather.positions.cold.phrases: 'cold' stands here twice",
        ),
        ("phrases: [cold]", "phrases: [... cold]", "weather.positions.cold.phrases: '... cold' is no phrase"),
        ("phrases: [cold]", "phrases: [very ^ cold]", "is no phrase"),
        ("phrases: [cold]", "phrases: ['*']", "is no phrase"),
        ("phrases: [cold]", "phrases: [[cold]]", "expected a text, found a list"),
        (
            "says: It is cold.",
            "says: ''",
            "line 13, weather.positions.cold.says: expected a text, found nothing",
        ),
        (
            "    sun:\n",
            "    cold:\n",
            "line 9, weather.positions.hot.reasons: there is no reason called 'sun'",
        ),
        ("      reasons: [sun]\n", "", "line 6, weather.positions: no position is accepted"),
        (
            "    cold:\n      says",
            "    hot:\n      says",
            "line 12, weather.positions.hot: this field stands here twice",
        ),
        ('  wordings: ["Heiß oder kalt?"]', "  wordings: [Heiß", "line 4"),
        (
            '  wordings: ["Heiß oder kalt?"]',
            "  wordings: {a: b}",
            "line 3, weather.wordings: expected a list, found fields",
        ),
        ("  partial: 0.25", "  [1]: 2", "a field's name is a word"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_field(tmp_path, old, new, says):
    assert old in GOOD
    with pytest.raises(AssignmentError) as problem:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert str(problem.value).startswith("sky/rubric.yaml, line ")
    assert says in str(problem.value)


def refer(folder, text, there=GOOD):
    """The rubric of "sea" with this text, beside that of "sky"."""
    load(folder, there)
    (folder / "sea").mkdir(exist_ok=True)
    (folder / "sea" / "rubric.yaml").write_text(text)
    return load_rubric(folder / "sea" / "rubric.yaml", QUESTIONS)


def test_a_question_may_be_told_in_the_rubric_of_another_assignment(tmp_path):
    rubric = refer(tmp_path, "weather:\n  as_in: sky  # the same question\n")
    assert rubric.questions == load(tmp_path, GOOD).questions
    assert shared_rubrics(tmp_path / "sea" / "rubric.yaml") == (tmp_path / "sky" / "rubric.yaml",)


def test_a_change_of_the_rubric_referred_to_changes_both_digests(tmp_path):
    before = refer(tmp_path, "weather:\n  as_in: sky\n").digest, sheet_digest(tmp_path / "sea")
    after = (
        refer(tmp_path, "weather:\n  as_in: sky\n", GOOD.replace("hot,", "hot, warm,")).digest,
        sheet_digest(tmp_path / "sea"),
    )
    assert before[0] != after[0]
    assert before[1] != after[1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("weather:\n  as_in: moon\n", "line 2, weather.as_in: there is no moon/rubric.yaml"),
        ("weather:\n  as_in: ../sky\n", "line 2, weather.as_in: there is no ../sky/rubric.yaml"),
        (
            "weather:\n  as_in: sea\n",
            "line 2, weather.as_in: sea/rubric.yaml does not tell this question itself",
        ),
        ("weather:\n  as_in: sky\n  partial: 0.5\n", "weather.partial: unknown field; there are: as_in"),
    ],
)
def test_a_reference_that_leads_nowhere(tmp_path, text, says):
    with pytest.raises(AssignmentError) as problem:
        refer(tmp_path, text)
    assert str(problem.value).startswith("sea/rubric.yaml, line ")
    assert says in str(problem.value)


def test_both_homeworks_with_an_lstm_share_their_rubric():
    first, second = (load_sheet(ROOT / "assignments" / name) for name in ("sum_sequence", "integration_task"))
    assert first.rubric.questions == second.rubric.questions
    assert first.questions == second.questions


def test_two_lines_of_one_name(tmp_path):
    with pytest.raises(AssignmentError, match="two lines are called sun: rename one"):
        load(tmp_path, GOOD + "  discuss:\n    sun: {says: x, phrases: [x]}\n")


def test_an_empty_file_and_one_in_another_encoding(tmp_path):
    with pytest.raises(AssignmentError, match="the file is empty"):
        load(tmp_path, "# nothing\n")
    with pytest.raises(AssignmentError, match="not UTF-8"):
        load(tmp_path, GOOD.encode("cp1252"))


def test_without_yaml_the_hint_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(AssignmentError, match="needs PyYAML: install the grader with its extra `instructor`"):
        load(tmp_path, GOOD)


def test_a_sheet_without_a_rubric_needs_no_yaml(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    (tmp_path / "sheet.py").write_bytes((ROOT / "assignments/sum_sequence/sheet.py").read_bytes())
    assert load_sheet(tmp_path).rubric is None


def test_the_real_rubric_comes_with_its_sheet_and_brings_german_headings():
    sheet = load_sheet(ROOT / "assignments" / "sum_sequence")
    assert sheet.rubric is not None
    assert set(sheet.rubric.questions) == {question.id for question in sheet.questions}
    assert "Regression oder Klassifikation?" in sheet.questions[1].wordings


def test_the_page_quotes_the_real_file():
    page = (ROOT / "docs" / "rubric.md").read_text("utf-8")
    quoted = page.partition("```yaml\n")[2].partition("```")[0]
    assert quoted.count("\n") > 20
    assert quoted in (ROOT / "assignments" / "sum_sequence" / "rubric.yaml").read_text("utf-8")
