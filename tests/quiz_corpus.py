"""Choice answers in the notations that people use: 10 questions, 32 notations, 6 ways to write the heading.

Each notation writes the options of a question with some of them chosen, as a student would; `written` puts it
below its heading. Nobody reads the notation from anything but the text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from grader.assignment import Choice

PLACEHOLDER = "*Write your answer here.*"


def _choice(number: int, id: str, title: str, *options: str, several: bool = False) -> Choice:
    return Choice(
        id=id,
        title=title,
        options=options,
        several=several,
        number=str(number),
        names=(f"q{number}",),
        template_text=PLACEHOLDER,
    )


QUESTIONS: tuple[tuple[Choice, str], ...] = (
    (
        _choice(
            1,
            "needs_order",
            "Which of these data call for a recurrent network?",
            "A table of customers, one row each",
            "The temperature of every hour of a year",
            "The weights of a hundred apples",
            "The pixels of a passport photo",
        ),
        "B",
    ),
    (
        _choice(
            2,
            "robust_loss",
            "Which loss punishes outliers linearly and small errors quadratically?",
            "Hubble",
            "Huber",
            "Mean squared error",
            "Cross-entropy",
        ),
        "B",
    ),
    (
        _choice(
            3,
            "shared",
            "What do all time steps of an unrolled network have in common?",
            "Their inputs",
            "Their hidden states",
            "Their weights",
            "Nothing",
        ),
        "C",
    ),
    (
        _choice(
            4,
            "many_to_one",
            "How many outputs has a many-to-one network for a sequence of 25 steps?",
            "1",
            "24",
            "25",
            "625",
        ),
        "A",
    ),
    (
        _choice(
            5,
            "forget_gate",
            "What does the forget gate act on?",
            "It multiplies the previous cell state",
            "It multiplies the new candidate",
            "It multiplies the hidden state that is shown",
            "It deletes weights that are no longer needed",
        ),
        "A",
    ),
    (
        _choice(
            6,
            "vanishing",
            "Why does the gradient of a simple network fade over many steps?",
            "Because the learning rate is too small",
            "Because a product of many factors below one is small",
            "Because the sequence ends",
            "Because the loss is computed only once",
            "Because the batch is too small",
        ),
        "B",
    ),
    (
        _choice(
            7,
            "trained",
            "Which of these does training change?",
            "the recurrent kernel",
            "the number of units",
            "the bias of the forget gate",
            "the batch size",
            "the number of epochs",
            several=True,
        ),
        "AC",
    ),
    (
        _choice(
            8,
            "applications",
            "In which tasks does the order of the inputs carry meaning?",
            "translating a sentence",
            "recognising speech",
            "summing a bill",
            "predicting tomorrow's load of a power grid",
            several=True,
        ),
        "ABD",
    ),
    (
        _choice(
            9,
            "shapes",
            "Which of these can be the shape of one batch of sequences?",
            "(32, 25, 1)",
            "(32,)",
            "(4, 30, 3)",
            "()",
            several=True,
        ),
        "AC",
    ),
    (
        _choice(
            10,
            "clipping",
            "Does clipping the gradient help against vanishing?",
            "Yes, always",
            "No, it only bounds gradients that are too large",
            "Only with the LSTM",
        ),
        "B",
    ),
)

Notation = Callable[[Choice, Collection[str]], str]


def each(chosen: str, other: str) -> Notation:
    """Every option on a line of its own, in one form when chosen and in another when not."""

    def write(question: Choice, right: Collection[str]) -> str:
        lines = (
            (chosen if letter in right else other, letter, text) for letter, text in question.lettered.items()
        )
        return "\n".join(form.format(L=letter, l=letter.lower(), text=text) for form, letter, text in lines)

    return write


def only(form: str) -> Notation:
    """The chosen options alone."""
    return lambda question, right: "\n".join(
        form.format(L=x, l=x.lower(), text=question.lettered[x]) for x in sorted(right)
    )


def line(form: str, joined: str = ", ", *, listed: bool = False) -> Notation:
    """One line with the letters or the texts of what is chosen, below all options if `listed`."""

    def write(question: Choice, right: Collection[str]) -> str:
        letters = joined.join(sorted(right))
        texts = "; ".join(question.lettered[letter] for letter in sorted(right))
        options = each("{L}. {text}", "{L}. {text}")(question, right) + "\n\n" if listed else ""
        return options + form.format(L=letters, l=letters.lower(), texts=texts)

    return write


NOTATIONS: dict[str, Notation] = {
    "box": each("- [x] {text}", "- [ ] {text}"),
    "box, capital": each("- [X] {text}", "- [ ] {text}"),
    "box, indented": each("   - [x] {text}", "   - [ ] {text}"),
    "box, bold": each("- [x] **{text}**", "- [ ] {text}"),
    "box and letter": each("- [x] {L}. {text}", "- [ ] {L}. {text}"),
    "box, tick inside": each("* [✓] {L}) {text}", "* [ ] {L}) {text}"),
    "radio": each("(x) {text}", "( ) {text}"),
    "drawn box": each("☑ {L} – {text}", "☐ {L} – {text}"),
    "table": each("| {L} | {text} | x |", "| {L} | {text} | |"),
    "inserted": each("<ins>**{L}. {text}**</ins><br>", "{L}. {text}<br>"),
    "heading Ans": line("##### Ans: {L}"),
    "R =": line("R = {L}"),
    "only, star": only("* {text}"),
    "only, dash": only("- {text}"),
    "only, quoted": only("> {text}"),
    "bold option": each("**{L}. {text}**", "{L}. {text}"),
    "bold letter": each("- **{L})** {text}", "- {L}) {text}"),
    "Correct Answer": line("**Correct Answer:** {L}", listed=True),
    "My choice": line("***My choice is {L}.***", " and ", listed=True),
    "details": line(
        "<details>\n<summary>Solution</summary>\n\nCorrect Answer {L}\n\n</details>", listed=True
    ),
    "trailing star": each("{L}. {text} *", "{L}. {text}"),
    "struck others": each("- {L}) {text}", "- ~~{L}) {text}~~"),
    "marked": each("<mark>{L}. {text}</mark>", "{L}. {text}"),
    "letter and bracket": line("{L})"),
    "bold letter alone": line("**{L}**"),
    "tick behind": each("{L}. {text} ✓", "{L}. {text}"),
    "arrow behind": each("{L}. {text} <--", "{L}. {text}"),
    "text, because": line("{texts}, because that is how the lecture put it."),
    "German": line("Richtige Antwort: {L}", " und "),
    "German, small": line("Antwort: {l})", ", "),
    "quoted answer": line("> Answer: **{L}**", listed=True),
    "said": line("I think it is {L}, since the other ones make no sense to me.", " and "),
}

HEADINGS: dict[str, str] = {
    "markdown": "### {title}",
    "numbered": "### {number}. {title}",
    "bold": "**{number}) {title}**",
    "plain": "{number}. {title}",
    "number first": "## Question {number}<br>{title}",
    "HTML": "<h3>Question {number}: {title}</h3>",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A whole sheet of answers in one notation with one way of headings."""

    notation: str
    heading: str
    text: str
    right: dict[str, frozenset[str]]  # question -> letters


def examples(notations: Mapping[str, Notation] = NOTATIONS) -> Iterator[Example]:
    """Every notation with every heading, all ten questions in each."""
    for notation, write in notations.items():
        for style, heading in HEADINGS.items():
            parts = [
                f"{heading.format(title=question.title, number=question.number)}\n\n"
                f"{write(question, right)}\n"
                for question, right in QUESTIONS
            ]
            yield Example(
                notation,
                style,
                "\n".join(parts),
                {question.id: frozenset(right) for question, right in QUESTIONS},
            )
