"""Choice and number questions: every notation is read as meant or left to a person, and none is misread."""

from __future__ import annotations

import ast
import itertools
from collections import Counter

import pytest

from grader.assignment import Number
from grader.collect.answers.documents import ProseLine
from grader.collect.answers.in_code import answers_in_code
from grader.collect.answers.letter_lists import with_letter_lists
from grader.collect.answers.under_headings import find_answers, left_untouched
from grader.collect.reading.pieces import Piece
from grader.judge.checks.quiz import Certainty, ReadAnswer, read_choice, read_number, together
from tests.quiz_corpus import HEADINGS, NOTATIONS, QUESTIONS, Example, examples
from tests.quiz_further import FURTHER, WHOLE, further_examples
from tests.quiz_more import MORE, NOT_SAID, NUMBER_NOTATIONS
from tests.quiz_more import NUMBERS as NUMBERS_ASKED

CHOICES = {question.id: question for question, _ in QUESTIONS}
NUMBERS = {
    "whole": Number(
        id="n",
        title="How many parameters has the LSTM?",
        whole=True,
        names=("q5",),
        template_text="*Write your answer here.*",
    ),
    "decimal": Number(id="d", title="How large is the loss?", template_text="*Write your answer here.*"),
}


def lines(text: str) -> list[ProseLine]:
    return [ProseLine(text=line, where="hw.ipynb, cell 1") for line in text.split("\n")]


def outcome_of(example: Example) -> Counter[str]:
    """How the ten questions of one example were read."""
    questions, documents = [question for question, _ in QUESTIONS], [lines(example.text)]
    found = with_letter_lists(questions, documents, find_answers(questions, documents))
    counted: Counter[str] = Counter()
    for question, _ in QUESTIONS:
        reading = together(
            [read_choice(answer.text, question) for answer in found if answer.question == question.id]
        )
        if reading is None:
            counted["not found"] += 1
        elif reading.is_read:
            counted["right" if reading.letters == example.right[question.id] else "misread"] += 1
        else:
            counted["open"] += 1
    return counted


def test_no_notation_is_misread_and_few_are_left_open() -> None:
    total = sum((outcome_of(example) for example in examples()), Counter())
    assert total.total() == len(NOTATIONS) * len(HEADINGS) * len(QUESTIONS) == 1920
    assert total["misread"] == 0
    assert total["open"] + total["not found"] <= 0.04 * 1920, total


def test_notations_that_the_rules_were_not_made_for_are_not_misread_either() -> None:
    counted: dict[str, Counter[str]] = {}
    for example in further_examples():
        counted.setdefault(example.notation, Counter()).update(outcome_of(example))
    total = sum(counted.values(), Counter())
    assert total.total() == (len(FURTHER) * len(HEADINGS) + len(WHOLE)) * len(QUESTIONS) == 3320
    assert total["misread"] == total["not found"] == 0
    assert total["open"] <= 0.14 * 3320, total
    assert {notation for notation, one in counted.items() if not one["right"]} == {
        *("French", "Spanish", "thumb", "Roman, boxes", "Roman, bold", "Roman alone"),
        *("table of numbers", "list of numbers", "one line"),
    }


def test_forty_more_notations_of_choices_are_read_or_left_to_a_person() -> None:
    total = sum((outcome_of(example) for example in examples(MORE)), Counter())
    assert total.total() == len(MORE) * len(HEADINGS) * len(QUESTIONS) == 2520
    assert total["misread"] == total["not found"] == 0
    assert total["right"] >= 2148, total


def test_forty_notations_of_numbers_are_read_or_left_to_a_person() -> None:
    counted: Counter[str] = Counter()
    for (notation, write), heading in itertools.product(NUMBER_NOTATIONS.items(), HEADINGS.values()):
        questions = list(NUMBERS_ASKED)
        answers = {question: write(*NUMBERS_ASKED[question]) for question in questions}
        heads = {q: heading.format(title=q.title, number=q.number) for q in questions}
        text = "\n".join(f"{heads[question]}\n\n{answers[question]}\n" for question in questions)
        found = find_answers(questions, [lines(text)])
        for question in questions:
            readings = [read_number(one.text, question) for one in found if one.question == question.id]
            reading = together(readings)
            assert reading is not None, (notation, heading)
            assert not reading.is_untouched, (notation, heading)
            right = float(NUMBERS_ASKED[question][0])
            if reading.is_read and not reading.rounded:
                assert notation not in NOT_SAID, (notation, reading)
                assert reading.values == (right,), (notation, reading)
            counted["read" if reading.is_read and not reading.rounded else "open"] += 1
    assert counted.total() == len(NUMBER_NOTATIONS) * len(HEADINGS) * len(NUMBERS_ASKED) == 960
    assert counted["read"] >= 600, counted


TICKED_NOWHERE = """### Which of these data call for a recurrent network?

- [ ] A table of customers, one row each
- [ ] The temperature of every hour of a year
- [ ] The weights of a hundred apples
- [ ] The pixels of a passport photo

### Which loss punishes outliers linearly and small errors quadratically?

- A) Hubble
- B) Huber
- C) Mean squared error
- D) Cross-entropy
{more}"""


@pytest.mark.parametrize(
    ("more", "certainty"),
    [
        ("\n## My answers\n\n1. B\n2. B\n", Certainty.OPEN),
        ("\n## My answers\n\n- Q1: B\n- Q2: B\n", Certainty.READ),
        ("\n## My answers\n\n| No. | Answer |\n|---|---|\n| 1 | B |\n| 2 | B |\n", Certainty.OPEN),
        ("\n## My answers\n\n1B 2B\n", Certainty.OPEN),
        ("\n## To do\n\n1. A figure\n2. A table\n", Certainty.UNTOUCHED),
        ("", Certainty.UNTOUCHED),
    ],
)
def test_letters_in_a_list_are_no_untouched_template(more: str, certainty: Certainty) -> None:
    questions = [question for question, _ in QUESTIONS[:2]]
    documents = [lines(TICKED_NOWHERE.format(more=more))]
    found = with_letter_lists(questions, documents, find_answers(questions, documents))
    for question in questions:
        reading = together([read_choice(one.text, question) for one in found if one.question == question.id])
        assert reading is not None
        assert reading.certainty is certainty


def said(reading: ReadAnswer) -> str:
    return (
        "".join(sorted(reading.letters))
        if reading.is_read
        else "open"
        if reading.certainty is Certainty.OPEN
        else "untouched"
    )


def table(head: str, *cells: str) -> str:
    """A table whose rows are the options of the question about what is trained, each with its cells."""
    rule = "|---" * (head.count("|") - 1) + "|"
    rows = (f"| {text} | {said} |" for text, said in zip(CHOICES["trained"].options, cells, strict=True))
    return "\n".join([head, rule, *rows])


# Question, what stands below its heading, and how it may be read.
TRIED: list[tuple[str, str, str]] = [
    ("shared", "A. Their inputs\nB. Their hidden states\nC. Their weights\nD. Nothing", "untouched"),
    (
        "shared",
        "- [ ] Their inputs\n- [ ] Their hidden states\n- [ ] Their weights\n- [ ] Nothing",
        "untouched",
    ),
    (
        "shared",
        (
            "- [ ] A. Their inputs\n- [ ] B. Their hidden states\n- [ ] C. Their weights\n- [ ] D."
            " Nothing\n\nAnswer: C"
        ),
        "C",
    ),
    (
        "shared",
        (
            "- [ ] A. Their inputs\n- [ ] B. Their hidden states\n- [x] C. Their weights\n- [ ] D."
            " Nothing\n\nAnswer: B"
        ),
        "open",
    ),
    (
        "shared",
        "- [ ] A. Their inputs\n- [x] B. Their hidden states\n- [x] C. Their weights\n- [ ] D. Nothing",
        "open",
    ),
    ("shared", "> A. Their inputs\n\n> B. Their hidden states\n\nC. Their weights\n\n> D. Nothing", "open"),
    ("shared", "- A. Their inputs\n- B. Their hidden states\n> C. Their weights\n- D. Nothing", "C"),
    ("shared", "C) Their hidden states", "open"),
    ("shared", "B or C", "open"),
    ("shared", "B, not C", "open"),
    ("shared", "not B", "open"),
    ("shared", "C?", "open"),
    ("shared", "maybe C", "open"),
    ("shared", "C because they are shared", "C"),
    ("shared", "C, because A makes no sense", "C"),
    ("shared", "(c)", "C"),
    ("shared", "c.", "C"),
    ("shared", "Option C", "C"),
    ("shared", "C is correct", "C"),
    ("shared", "The answer is C.", "C"),
    ("shared", "Answer: C) Their weights", "C"),
    ("shared", "Answer: C - Their hidden states", "open"),
    ("shared", "Answer: Their weights", "C"),
    ("shared", "Answer:\n\nC", "C"),
    ("shared", "**Answer:**\n\n- Their weights", "C"),
    ("shared", "Answer:", "untouched"),
    ("shared", "Answer: ...", "untouched"),
    ("shared", "*Write your answer here.*", "untouched"),
    (
        "shared",
        (
            "A. Their inputs\nB. Their hidden states\nC. Their weights\nD. Nothing\n\nAnswer: *Write your"
            " answer here.*"
        ),
        "untouched",
    ),
    ("shared", "A. Their inputs\nB. Their hidden states\nC. Their weights\nD. Nothing\n\nC", "C"),
    ("shared", "A. Their inputs\nB. Their hidden states\nC. Their weights\nD. Nothing\n\n**C**", "C"),
    ("shared", "A. Their inputs\nB. Their hidden states\nC. Their weights\nD. Nothing\n\nTheir weights", "C"),
    (
        "shared",
        "A. Their inputs\nB. Their hidden states\nC. Their weights\nD. Nothing\n\nI thought about it.",
        "open",
    ),
    ("shared", "~~A. Their inputs~~\n~~B. Their hidden states~~\nC. Their weights\n~~D. Nothing~~", "C"),
    ("shared", "~~A. Their inputs~~\nB. Their hidden states\nC. Their weights\n~~D. Nothing~~", "open"),
    ("shared", "A. Their inputs ✗\nB. Their hidden states ✗\nC. Their weights ✓\nD. Nothing ✗", "C"),
    ("shared", "A. Their inputs ❌\nB. Their hidden states ❌\nC. Their weights\nD. Nothing ❌", "C"),
    (
        "shared",
        "A. Their inputs: false\nB. Their hidden states: false\nC. Their weights: true\nD. Nothing: false",
        "C",
    ),
    ("shared", "A. Their inputs (wrong)\nB. Their hidden states\nC. Their weights\nD. Nothing", "open"),
    ("shared", "A. Their inputs (correct)\nB. Their hidden states\nC. Their weights\nD. Nothing", "A"),
    ("shared", "**A.** Their inputs\n**B.** Their hidden states\n**C. Their weights**\n**D.** Nothing", "C"),
    (
        "shared",
        "**A. Their inputs**\n**B. Their hidden states**\n***C. Their weights***\n**D. Nothing**",
        "C",
    ),
    ("shared", "**A. Their inputs**\nB. Their hidden states\n*C. Their weights*\nD. Nothing", "open"),
    ("shared", "A. Their inputs\nB. Their hidden states\nC. THEIR WEIGHTS\nD. Nothing", "open"),
    ("shared", "A. Their inputs\nB. Their hidden states\nC. Their weigths\nD. Nothing", "open"),
    ("shared", "-> C. Their weights", "C"),
    ("shared", "A. Their inputs\nB. Their hidden states\n-> C. Their weights\nD. Nothing", "C"),
    ("shared", "A. Their inputs\nB. Their hidden states\n👉 C. Their weights\nD. Nothing", "C"),
    ("shared", "A. Their inputs\nB. Their hidden states\n*C. Their weights\nD. Nothing", "C"),
    (
        "shared",
        (
            "A. Their inputs\nB. Their hidden states\n<span style='color:red'>C. Their weights</span>\nD."
            " Nothing"
        ),
        "open",
    ),
    ("shared", "A. Their inputs\nB. Their hidden states\n<u>C. Their weights</u>\nD. Nothing", "C"),
    ("shared", "A. Their inputs\nB. Their hidden states\n==C. Their weights==\nD. Nothing", "C"),
    ("shared", "A. Their inputs\nB. Their hidden states\n  C. Their weights\nD. Nothing", "open"),
    ("shared", "A. Their inputs\nB. Their hidden states\nC. Their weights <- my answer\nD. Nothing", "C"),
    ("shared", "A. Their inputs\nB. Their hidden states\nC. Their weights (my answer)\nD. Nothing", "C"),
    ("shared", "A. Their inputs\nB. Their hidden states\nC. Their weights   X\nD. Nothing", "open"),
    ("shared", "1. B\n2. C\n3. D", "open"),
    ("shared", "Q1: B\nQ2: C\nQ3: C\nQ4: D", "C"),
    ("shared", "Answer 1: B\nAnswer 3: C", "C"),
    ("shared", "A sequence has shared weights", "open"),
    ("shared", "Their weights are shared but not the states.", "open"),
    ("shared", 'q3 = "C"', "C"),
    ("shared", "q3 = C, B", "open"),
    ("shared", "Ans - C", "C"),
    ("shared", "Answer = (C)", "C"),
    ("shared", "Antwort ist C", "C"),
    ("shared", "Ich wähle C", "C"),
    ("shared", "My final answer: **C**, since all steps use U, V, W", "C"),
    ("shared", "E", "open"),
    ("shared", "ABCD", "open"),
    ("shared", "none", "open"),
    ("shared", "I don't know", "open"),
    ("shared", "The correct option is (C) Their weights.", "C"),
    ("shared", "Answers: B, C", "open"),
    ("shared", "Wrong: A, B, D", "open"),
    ("shared", "$\\boxed{C}$", "C"),
    ("shared", "`C`", "C"),
    ("shared", '"C"', "C"),
    ("shared", "C ✓", "C"),
    ("shared", "✓ C", "C"),
    ("shared", "✗ C", "open"),
    ("shared", "A ✗\nB ✗\nC ✓\nD ✗", "C"),
    ("shared", "A: no\nB: no\nC: yes\nD: no", "C open"),
    ("shared", "- [ ] A\n- [ ] B\n- [x] C\n- [ ] D", "C"),
    ("shared", "- [x] A\n- [x] B\n- [ ] C\n- [x] D", "open"),
    ("shared", "[x] C", "C"),
    ("shared", "C [x]", "C open"),
    ("shared", "A [ ]\nB [ ]\nC [x]\nD [ ]", "C open"),
    ("shared", "A. Their inputs [ ]\nB. Their hidden states [ ]\nC. Their weights [x]\nD. Nothing [ ]", "C"),
    ("shared", "<b>C. Their weights</b>", "C"),
    (
        "shared",
        "<s>A. Their inputs</s><br><s>B. Their hidden states</s><br>C. Their weights<br><s>D. Nothing</s>",
        "C",
    ),
    ("shared", "We think C.", "C"),
    ("shared", "C. All of them share the weights.", "C open"),
    ("shared", "Their weights, not their inputs", "open"),
    ("shared", "Their hidden states and their weights", "open"),
    (
        "shared",
        (
            "A. Their inputs\n\nB. Their hidden states\n\n**C.** Their weights\n\nD. Nothing\n\nExplanation:"
            " U, V and W are the same at every step."
        ),
        "C",
    ),
    (
        "shared",
        "A. Their inputs\nB. Their hidden states\nC. Their weights\nD. Nothing\n\nWhat I choose: C",
        "C open",
    ),
    (
        "shared",
        (
            "A. Their inputs\nB. Their hidden states\nC. Their weights\nD. Nothing\n\nSolution: C\n\nBecause"
            " B differs."
        ),
        "C",
    ),
    ("shared", "Answer: the third one", "open"),
    ("shared", "Answer: 3", "open"),
    ("shared", "3", "open"),
    ("shared", "Answer: C or D", "open"),
    ("shared", "Answer: C / D", "open"),
    ("shared", "Answer: neither", "open"),
    ("shared", "Answer: all but C", "open"),
    ("shared", "Answer: all except C", "open"),
    ("shared", "Answer: everything but C", "open"),
    ("shared", "C is wrong", "open"),
    ("shared", "Not C, but B", "open"),
    ("shared", "C was my first idea, but B", "open"),
    ("shared", "C, no wait, B", "open"),
    ("shared", "C -> B", "open"),
    ("shared", "~~B~~ C", "C open"),
    ("shared", "~~C~~", "open"),
    ("shared", "~~B~~\nC", "C open"),
    ("trained", "A, C", "AC"),
    ("trained", "A and C", "AC"),
    ("trained", "AC", "AC"),
    ("trained", "A C", "AC"),
    ("trained", "a) and c)", "AC"),
    ("trained", "A\nC", "AC"),
    ("trained", "A + C", "AC"),
    ("trained", "A & C", "AC"),
    ("trained", "a, c", "AC"),
    ("trained", "Answer: [A, C]", "AC"),
    ("trained", 'q7 = ["A", "C"]', "AC"),
    ("trained", "Answer: A,C because B is chosen", "open"),
    ("trained", "- the recurrent kernel\n- the bias of the forget gate", "AC"),
    (
        "trained",
        (
            "- [x] the recurrent kernel\n- [ ] the number of units\n- [x] the bias of the forget gate\n- [ ]"
            " the batch size\n- [ ] the number of epochs"
        ),
        "AC",
    ),
    (
        "trained",
        (
            "> the recurrent kernel\n\n- the number of units\n> the bias of the forget gate\n\n- the batch"
            " size\n- the number of epochs"
        ),
        "open",
    ),
    (
        "trained",
        (
            "~~the recurrent kernel~~\nthe number of units\n~~the bias of the forget gate~~\nthe batch"
            " size\nthe number of epochs"
        ),
        "BDE",
    ),
    (
        "trained",
        (
            "the recurrent kernel: trained\nthe number of units: chosen\nthe bias of the forget gate:"
            " trained\nthe batch size: chosen\nthe number of epochs: chosen"
        ),
        "AC open",
    ),
    ("trained", "the recurrent kernel, the bias of the forget gate", "AC"),
    ("trained", "all but B", "open"),
    ("trained", "all", "open"),
    ("trained", "not A, not C", "open"),
    ("trained", "A, B, C, D, E", "open"),
    ("trained", "BAD", "open"),
    ("trained", "ACE", "ACE"),
    ("trained", "A is trained, C is trained", "AC open"),
    ("trained", "A, C; the others (B, D, E) are chosen", "open"),
    ("trained", "1. A\n2. C", "open"),
    ("shared", "Answer: B\n\nEdit: C", "open"),
    ("shared", "Answer: ~~B~~ C", "C open"),
    ("shared", "Answer: <s>B</s> C", "C open"),
    ("shared", "My answer is not B but C", "open"),
    ("shared", "Their weights is wrong", "open"),
    ("shared", "Their weights (wrong)", "open"),
    ("clipping", "No", "open"),
    ("clipping", "No, it only bounds gradients that are too large.", "B"),
    ("vanishing", "a product of many factors below one is small", "B open"),
    ("many_to_one", "1", "A"),
    ("many_to_one", "25", "C"),
    ("many_to_one", "Answer: 25", "C"),
    ("many_to_one", "A", "A"),
    ("many_to_one", "A) 25", "open"),
    ("many_to_one", "1 output", "A open"),
    ("many_to_one", "24 or 25", "open"),
    ("many_to_one", "Not 24, 25", "open"),
    ("robust_loss", "Huber", "B"),
    ("robust_loss", "Hubber", "B open"),
    ("robust_loss", "huber loss", "B open"),
    ("robust_loss", "Hube", "B open"),
    ("trained", table("| | trained? |", "ja", "nein", "ja", "nein", "nein"), "AC"),
    ("trained", table("| | trained? |", "ja", "nein", "ja", "nein", "?"), "open"),
    ("trained", table("| | trained | chosen |", "x | ", " | x", "x | ", " | x", " | x"), "open"),
    ("trained", table("| | first idea | now |", "x | ", "x | x", " | x", " | ", " | "), "open"),
    ("trained", table("| | wrong? |", "no", "yes", "no", "yes", "yes"), "open"),
    ("trained", "A is right.\nC is right.", "AC"),
    ("trained", "A is right.\nC is right.\nMy answer: B", "open"),
    ("shared", "A is right.\nC is right.", "open"),
    ("shared", "Their weights nein", "open"),
    ("shared", "Lsg.: not C", "open"),
    ("shared", "My choice falls on B or C", "open"),
    ("shared", "| Wrong |\n|---|\n| C |", "open"),
    ("shared", "$$C_t$$", "open"),
    ("shared", "![](x.png)", "open"),
    ("shared", "see above", "open"),
    ("shared", "A. Their inputs\nB. Their hidden states\nC. Their weights", "open"),
]


@pytest.mark.parametrize(("question", "text", "wanted"), TRIED, ids=lambda value: value[:40])
def test_a_choice_is_read_as_meant_or_left_to_a_person(question: str, text: str, wanted: str) -> None:
    assert said(read_choice(text, CHOICES[question])) in wanted.split()


FIGURES: list[tuple[str, str, str]] = [
    ("whole", "53,365", "53365.0"),
    ("whole", "53.365", "53365.0"),
    ("whole", "53 365", "53365.0"),
    ("whole", "53365", "53365.0"),
    ("whole", "53'365", "53365.0"),
    ("whole", "53_365", "53365.0"),
    ("whole", "4*((1+32)*32+32)", "4352.0"),
    ("whole", "4*((1+32)*32+32) = 4,352", "4352.0"),
    ("whole", "4 × ((1 + 32) × 32 + 32)", "4352.0"),
    ("whole", "4·((1+32)·32+32)", "4352.0"),
    ("whole", "$4 \\cdot ((1+32) \\cdot 32 + 32)$", "4352.0"),
    ("whole", "**53,365**", "53365.0"),
    ("whole", "Answer: 53,365", "53365.0"),
    ("whole", "Answer: 53.365 parameters", "53365.0"),
    ("whole", "The LSTM has 53,365 trainable parameters.", "53365.0"),
    ("whole", "53k", "rounded"),
    ("whole", "about 53k", "rounded"),
    ("whole", "~53,365", "53365.0"),
    ("whole", "4*(32+1)*32+32 = 4353", "open"),
    ("whole", "32 units and 53,365 parameters", "53365.0"),
    ("whole", "", "untouched"),
    ("whole", "*Write your answer here.*", "untouched"),
    ("whole", "Answer: *Write your answer here.*", "untouched"),
    ("whole", "q5 = 53365", "53365.0"),
    ("whole", "q5 = 4 * ((1 + 32) * 32 + 32)", "4352.0"),
    ("whole", "q5 = model.count_params()", "open"),
    ("whole", "Four gates, so 4*((1+32)*32+32) = 4352 parameters.", "4352.0"),
    ("whole", "n = 4352", "4352.0"),
    ("whole", "__import__('os').system('x')", "open"),
    ("whole", "9**9**9", "open"),
    ("whole", "53,36", "open"),
    ("whole", "1,5", "open"),
    ("whole", "53.365,0", "53365.0"),
    ("whole", "53,365 or 53,366", "open"),
    ("whole", "fifty-three thousand", "open"),
    ("whole", "Answer: 53,365\nAnswer: 53,364", "open"),
    ("whole", "I used 4 gates.\n\nAnswer: 4352", "4352.0"),
    ("whole", "Antwort: 53.365", "53365.0"),
    ("whole", "5.3365e4", "53365.0"),
    ("whole", "53,365.00", "53365.0"),
    ("whole", "(53,365)", "53365.0"),
    ("whole", "53 365 parameters", "53365.0"),
    ("whole", "53 thousand", "rounded"),
    ("whole", "4*4", "16.0"),
    ("whole", "-5", "-5.0"),
    ("whole", "53,365,000", "53365000.0"),
    ("whole", "0.123", "open"),
    ("decimal", "0.25", "0.25"),
    ("decimal", "0,25", "0.25"),
    ("decimal", "1/4", "0.25"),
    ("decimal", ".25", "0.25"),
    ("decimal", "-0.5", "-0.5"),
    ("decimal", "loss = 0.25", "0.25"),
    ("decimal", "1.234", "1.234 1234.0"),
    ("decimal", "2,5e-3", "0.0025"),
    ("decimal", "25 %", "open"),
    ("decimal", "0.25 (rounded)", "0.25"),
    ("whole", "53,365 = 4352", "open"),
    ("whole", "W has 100 entries", "100.0"),
    ("whole", "U: 3200, W: 10000", "open"),
    ("whole", "3200 + 10000 + 100", "13300.0"),
    ("whole", "3200 + 10000 + 100 = 13300", "13300.0"),
    ("whole", "3,200 + 10,000 = 13,200", "13200.0"),
    ("whole", "4 * (32 + 100 + 1) * 100 → 53,200", "open"),
    ("whole", "53,200 (4 gates)", "open 53200.0"),
    ("whole", "4 x 13,300", "53200.0"),
    ("whole", "4(13300)", "open"),
    ("whole", "~~4961~~", "open"),
    ("whole", "~~4961~~ 4960", "4960.0"),
    ("whole", "not 4961", "open"),
    ("whole", "It isn't 4961", "open"),
    ("whole", "at least 4961", "open"),
    ("whole", "less than 4961", "open"),
    ("whole", "max. 4961", "open"),
    ("whole", "n ≠ 4961", "open"),
    ("whole", "4961 (wrong)", "open"),
    ("whole", "Step 3", "open"),
    ("whole", "No. 4961", "open"),
    ("whole", "4961 MB", "open"),
    ("whole", "5 s", "open"),
    ("whole", "$x_{1,680}$", "open"),
    ("whole", "-> 4961", "4961.0"),
    ("whole", "With 32 units it has 4961 parameters.", "4961.0"),
    ("whole", "Total params: 4,961 (19.38 KB)", "4961.0"),
]


@pytest.mark.parametrize(("question", "text", "wanted"), FIGURES, ids=lambda value: value[:40])
def test_a_number_is_read_as_meant_or_left_to_a_person(question: str, text: str, wanted: str) -> None:
    reading = read_number(text, NUMBERS[question])
    if reading.is_read:
        seen = {"rounded"} if reading.rounded else {repr(float(value)) for value in reading.values}
    else:
        seen = {"open" if reading.certainty is Certainty.OPEN else "untouched"}
    assert seen & set(wanted.split()), reading


def piece(code: str, number: int = 3) -> Piece:
    return Piece(where=f"cell {number}", text=code, number=number, tree=ast.parse(code))


@pytest.mark.parametrize(
    ("code", "letters"),
    [
        ('q3 = "C"', "C"),
        ("q3 = 'c'", "C"),
        ('answers = {"q3": "C"}', "C"),
        ('answers = {}\nanswers["q3"] = "C"', "C"),
        ('class Answers:\n    q3 = "C"', "C"),
        ('shared = "C"', "C"),
        ('q3 = "A"\nq3 = "C"', "C"),
        ('letter = "C"\nq3 = letter', "C"),
        ('q3 = "Their weights"', "C"),
        ('q3 = ["C"]', "C"),
        ('q3 = ""', ""),
        ("q3 = None", ""),
        ("q3 = ...", ""),
        ('q3 = input("?")', "open"),
        ('q3 = "B" if x else "C"', "open"),
    ],
)
def test_answers_in_code_are_read_in_the_source(code: str, letters: str) -> None:
    found = answers_in_code([CHOICES["shared"]], [piece(code)], "hw.ipynb")
    assert [(answer.question, answer.where) for answer in found] == (
        [("shared", "hw.ipynb, cell 3")] if letters else []
    )
    assert all(said(read_choice(answer.text, CHOICES["shared"])) == letters for answer in found)


def test_several_letters_and_numbers_in_code() -> None:
    code = 'q7 = ["A", "C"]\nunits = 32\nq5 = 4 * ((1 + units) * units + units)'
    choice, number = CHOICES["trained"], NUMBERS["whole"]
    found = {
        answer.question: answer.text
        for answer in answers_in_code([choice, number], [piece(code)], "hw.ipynb")
    }
    assert said(read_choice(found["trained"], choice)) == "AC"
    assert read_number(found["n"], number).values == (4352.0,)


def test_an_untouched_template_is_told_from_a_heading_that_is_missing() -> None:
    number = NUMBERS["whole"]
    template = "### How many parameters has the LSTM?\n\n*Write your answer here.*\n"
    assert left_untouched([number], [lines(template)]) == ("n",)
    assert left_untouched([number], [lines("### Something else\n")]) == ()
    assert (
        left_untouched([number], [lines(template), lines("### How many parameters has the LSTM?\n\n53,365")])
        == ()
    )


def test_answers_that_differ_are_for_a_person() -> None:
    question = CHOICES["shared"]
    template = read_choice("A. Their inputs\nB. Their hidden states\nC. Their weights\nD. Nothing", question)
    one, other = read_choice("C", question), read_choice("B", question)
    assert together([template, one]) == one
    assert (both := together([one, other])) is not None
    assert both.certainty is Certainty.OPEN
    assert together([]) is None
