"""Choice answers in further notations, written when the rules were done: words around the letter, Roman
numerals, marks of all kinds, code, and one table or list of answers for the whole sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.quiz_corpus import PLACEHOLDER, QUESTIONS, Example, Notation, each, examples, line, only

ROMAN = ("I", "II", "III", "IV", "V")
RIGHT = {question.id: frozenset(right) for question, right in QUESTIONS}


def _roman(chosen: str, other: str) -> Notation:
    """Every option behind a Roman numeral."""
    return lambda question, right: "\n".join(
        (chosen if letter in right else other).format(N=ROMAN["ABCDE".index(letter)], text=text)
        for letter, text in question.lettered.items()
    )


def _numerals(form: str) -> Notation:
    """The numerals of what was chosen, in place of its letters."""
    return lambda _, right: form.format(", ".join(ROMAN["ABCDE".index(x)] for x in sorted(right)))


FURTHER: dict[str, Notation] = {
    "Ans.:": line("Ans.: {L}"),
    "ANSWER without space": line("ANSWER:{L}"),
    "Your answer": line("**Your answer:** {L}"),
    "option is": line("The correct answer is option {L}.", " and "),
    "options in brackets": line("Correct option: ({L})", "), ("),
    "square brackets": line("[{L}]"),
    "letter and dot": line("{L}."),
    "small and bracket": line("{l})", "), "),
    "letters without space": line("{L}", ","),
    "letters with and": line("{l}", " and ", listed=True),
    "letter, because": line("{L}, because the lecture says so.", " and "),
    "answer, then text": line("Answer: {texts}"),
    "answer, bold text": line("**Answer:** **{texts}**", listed=True),
    "answer on the next line": line("**Answer**\n\n{L}", listed=True),
    "answer as heading": line("#### Answer\n{L}"),
    "emphasised": line("*Answer: {L}*"),
    "arrow": line("→ {L}"),
    "HTML arrow": line("&rarr; **{L}**", listed=True),
    "fenced": line("```\n{L}\n```"),
    "math": line("$\\textbf{{{L}}}$"),
    "broken by <br>": line("My pick:<br>{L}<br>", listed=True),
    "colour": line("<font color='red'>Answer: {L}</font>", listed=True),
    "German sentence": line("Die richtige Antwort ist {L}.", " und "),
    "German, several": line("Antworten: {l}", " und "),
    "German, solution": line("**Lösung:** {L}", " & ", listed=True),
    "French": line("Réponse : {L}", " et "),
    "Spanish": line("Respuesta: {L}", " y "),
    "tick emoji in front": each("✅ {L}. {text}", "{L}. {text}"),
    "ticks and crosses": each("✅ {L}. {text}", "❌ {L}. {text}"),
    "thumb": each("{L}. {text} 👍", "{L}. {text}"),
    "true and false": each("{L}. {text} - True", "{L}. {text} - False"),
    "deleted others": each("{L}) {text}", "<del>{L}) {text}</del>"),
    "underlined": each("<u>{L}. {text}</u>", "{L}. {text}"),
    "strong": each("<strong>{L}. {text}</strong><br>", "{L}. {text}<br>"),
    "box behind": each("{L}. {text} [x]", "{L}. {text} [ ]"),
    "box in a list of numbers": each("1. [x] {text}", "1. [ ] {text}"),
    "table of options": each("| {text} | yes |", "| {text} | no |"),
    "only, letter and text": only("{L}. {text}"),
    "only, quoted text": only('"{text}"'),
    "only, bold": only("**{text}**"),
    "Roman, boxes": _roman("- [x] {N}. {text}", "- [ ] {N}. {text}"),
    "Roman, bold": _roman("**{N}. {text}**", "{N}. {text}"),
    "Roman alone": _numerals("Answer: {}"),
    "option as heading": each("### {L}. {text}", "{L}. {text}"),
    "boxes of HTML": each('<input type="checkbox" checked> {text}<br>', '<input type="checkbox"> {text}<br>'),
    "in a box": line("$\\boxed{{{L}}}$"),
    "correct": line("Correct: {L}."),
    "answer(s)": line("Answer(s): {L}"),
    "would choose": line("I would choose {L}.", " and "),
    "pointing finger": each("👉 {L}. {text}", "{L}. {text}"),
    "letter in code": line("```python\nanswer = '{L}'\n```"),
    "correct and wrong": each("{L}. {text} - correct", "{L}. {text} - wrong"),
    "checkmark": each("{L}. {text} $\\checkmark$", "{L}. {text}"),
    "template kept above": line(f"{PLACEHOLDER}\n\n{{L}}", listed=True),
}


def _table(form: str, *above: str) -> Callable[[], str]:
    """One table or list for the whole sheet, a line for each question."""
    return lambda: "\n".join(
        (
            *above,
            *(
                form.format(n=question.number, title=question.title, L=", ".join(sorted(right)))
                for question, right in QUESTIONS
            ),
        )
    )


WHOLE: dict[str, Callable[[], str]] = {
    "table of titles": _table("| {title} | {L} |", "| Question | Answer |", "|---|---|"),
    "table of numbers": _table("| {n} | {L} |", "| Question | Answer |", "|:-:|:-:|"),
    "table of both": _table("| {n} | {title} | **{L}** |", "| No. | Question | Answer |", "|---|---|---|"),
    "list of numbers": _table("{n}. {L}", "## Answers to the multiple choice questions", ""),
    "list of Q1:": _table("- Q{n}: {L}", "**Multiple choice**", ""),
    "one line": lambda: ", ".join(f"{q.number}{''.join(sorted(right))}" for q, right in QUESTIONS),
    "titles and answers": _table("* {title} {L}"),
    "bold titles": _table("**{title}** {L}\n"),
}


def further_examples() -> Iterator[Example]:
    """Every further notation with every heading, all ten questions in each; and the whole sheets."""
    yield from examples(FURTHER)
    for notation, write_all in WHOLE.items():
        yield Example(notation, "none", write_all(), RIGHT)
