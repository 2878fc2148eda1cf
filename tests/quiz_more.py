"""Choices and numbers in notations that were written when the rules knew the others: German, LaTeX, HTML,
tables with verdicts, code cells, products, Keras' summary."""

from __future__ import annotations

from collections.abc import Callable, Collection

from grader.assignment import Choice, Number
from tests.quiz_corpus import Notation, each, line, only


def _table(head: str, row: Callable[[str, str, bool], str]) -> Notation:
    """A table with a row for each option; `row` writes it from letter, text and whether it was chosen."""

    def write(question: Choice, right: Collection[str]) -> str:
        rows = (row(letter, text, letter in right) for letter, text in question.lettered.items())
        return "\n".join([head, *rows])

    return write


def _html(tag: str) -> Notation:
    """A list of HTML, what was chosen in bold."""
    return lambda question, right: (
        f"<{tag}>"
        + "".join(
            f"<li><b>{text}</b></li>" if letter in right else f"<li>{text}</li>"
            for letter, text in question.lettered.items()
        )
        + f"</{tag.split()[0]}>"
    )


def _judged(question: Choice, right: Collection[str]) -> str:
    return "\n".join(
        f"{letter} is {'right' if letter in right else 'wrong'}." for letter in question.lettered
    )


def _excluded(question: Choice, right: Collection[str]) -> str:
    others = ", ".join(letter for letter in question.lettered if letter not in right)
    return f"Not {others}, so {' and '.join(sorted(right))}."


MORE: dict[str, Notation] = {
    "B weil": line("{L} weil das so in der Vorlesung war", " und "),
    "B, da": line("{L}, da nur das Sinn ergibt.", " und "),
    "stimmt behind": each("{L}) {text} – stimmt", "{L}) {text}"),
    "ich kreuze an": line("Ich kreuze {L} an.", " und "),
    "ausgewählt": line("Ausgewählt: {L}", " und "),
    "Wahl fällt auf": line("Meine Wahl fällt auf {L}.", " und "),
    "stimmt, stimmt nicht": each("- {text}: stimmt", "- {text}: stimmt nicht"),
    "Lsg.": line("Lsg.: {L}", " + "),
    "quoted and bold, below the list": line("> **{L}**", listed=True),
    "ticks on both sides": each("✔ {L}. {text} ✔", "{L}. {text}"),
    "emoji boxes": each("✅ {text}", "⬜ {text}"),
    "crosses behind the others": each("- {L}. {text}", "- {L}. {text} ❌"),
    "radio buttons": each("🔘 {text}", "⚪ {text}"),
    "bold, others struck out with a word": each("- **{L}) {text}**", "- ~~{L}) {text}~~ (no)"),
    "boxed text in LaTeX": line("$$\\boxed{{\\text{{{L}}}}}$$"),
    "displayed LaTeX": line("$${L}$$"),
    "LaTeX arrow": each("$\\Rightarrow$ {L}. {text}", "{L}. {text}"),
    "underlined LaTeX": line("$\\underline{{{L}}}$"),
    "table of one cell": line("| Answer |\n|---|\n| {L} |"),
    "table with crosses": _table(
        "| | Option | Mine |\n|---|---|---|", lambda x, text, yes: f"| {x} | {text} | {'X' if yes else ''} |"
    ),
    "table of ja and nein": _table(
        "| Option | richtig? |\n|---|---|", lambda x, text, yes: f"| {text} | {'ja' if yes else 'nein'} |"
    ),
    "table of 1 and 0": _table(
        "| Option | chosen |\n|---|---|", lambda x, text, yes: f"| {x} | {1 if yes else 0} |"
    ),
    "HTML list": _html("ul"),
    "HTML list with letters": _html("ol type='A'"),
    "green": each("<span style='color:green'>{L}. {text}</span>", "{L}. {text}"),
    "on yellow": each("<span style='background-color:yellow'>{L}. {text}</span>", "{L}. {text}"),
    "centred": line("<center><b>{L}</b></center>"),
    "folded away": line("<details><summary>Answer</summary>{L}</details>"),
    "a key": line("<kbd>{L}</kbd>"),
    "list of bold letters": line("- **{L}**", "**\n- **"),
    "letters, because": lambda question, right: "\n".join(
        f"- {x}: because of the lecture" for x in sorted(right)
    ),
    "numbered texts": lambda question, right: "\n".join(
        f"{n}. {question.lettered[x]}" for n, x in enumerate(sorted(right), 1)
    ),
    "text in quotes": line('"{texts}"'),
    "each is right or wrong": _judged,
    "not the others": _excluded,
    "final answer": line("**Final answer: {L}**", " & ", listed=True),
    "string in code": line('```python\nanswer = "{L}"\n```'),
    "list in code": lambda question, right: f"```python\nanswers = {sorted(right)!r}\n```",
    "inline code": line('`answer = "{L}"`'),
    "the answer is, in small letters": line("the answer is {l}", " and "),
    "option, because": line("Option {L}, because the other ones make no sense.", " and "),
    "bold text and a reason": only("* **{text}**: this is what the lecture says"),
}

NUMBERS: dict[Number, tuple[int, str, tuple[int, int, int]]] = {
    Number(id=f"n{i}", title=title, whole=True, number=str(i), names=(f"q{i}",)): (right, product, parts)
    for i, (title, right, product, parts) in enumerate(
        [
            (
                "How many trainable parameters has the model of two layers with 40 units each?",
                *(4961, "(1+40+1)*40 + (40+40+1)*40 + 41", (1680, 3240, 41)),
            ),
            (
                "How many parameters has a network of 16 units on 3 features?",
                320,
                "(3+16+1)*16",
                (48, 256, 16),
            ),
            ("How many parameters has an LSTM on one feature?", 4352, "4*((1+32)*32+32)", (128, 4096, 128)),
            (
                "How many weights does the simple network have in all?",
                361200,
                "600*(1+600+1)",
                (600, 360000, 600),
            ),
        ],
        start=1,
    )
}


def _grouped(by: str) -> Callable[[int, str, tuple[int, int, int]], str]:
    return lambda n, product, parts: f"{n:,}".replace(",", by)


NUMBER_NOTATIONS: dict[str, Callable[[int, str, tuple[int, int, int]], str]] = {
    "bold": lambda n, product, parts: f"**{n}**",
    "finger": lambda n, product, parts: f"👉 {n}",
    "another one struck out": lambda n, product, parts: f"~~{n - 7}~~ {n}",
    "struck out": lambda n, product, parts: f"~~{n}~~",
    "LaTeX": lambda n, product, parts: f"${n}$",
    "boxed": lambda n, product, parts: f"$$\\boxed{{{n}}}$$",
    "grouped in LaTeX": lambda n, product, parts: "$" + f"{n:,}".replace(",", "{,}") + "$",
    "thin space in LaTeX": lambda n, product, parts: "$" + f"{n:,}".replace(",", "\\,") + "$",
    "times in LaTeX": lambda n, product, parts: "$" + product.replace("*", r" \times ") + f" = {n}$",
    "cdot in LaTeX": lambda n, product, parts: "$" + product.replace("*", " \\cdot ") + "$",
    "table": lambda n, product, parts: f"| Layer | Parameters |\n|---|---|\n| total | {n:,} |",
    "HTML": lambda n, product, parts: f"<center><b>{n:,}</b></center>",
    "folded away": lambda n, product, parts: f"<details><summary>Answer</summary>{n}</details>",
    "Es sind": lambda n, product, parts: f"Es sind {_grouped('.')(n, product, parts)} Parameter.",
    "weil": lambda n, product, parts: f"{n}, weil jede Einheit alle Eingänge und alle Zustände hat",
    "in quotes": lambda n, product, parts: f'"{n}"',
    "in code": lambda n, product, parts: f"```python\nanswer = {n}\n```",
    "a string in code": lambda n, product, parts: f'```\nanswer = "{n:,}"\n```',
    "underscore": _grouped("_"),
    "apostrophe": _grouped("’"),
    "space that does not break": _grouped("\u00a0"),
    "product": lambda n, product, parts: f"{product} = {n}",
    "product of names": lambda n, product, parts: f"units*(features+units+1) = {product} = {n}",
    "named parts": lambda n, product, parts: f"U: {parts[0]}, W: {parts[1]}, b: {parts[2]}, total: {n}",
    "parts in lines": lambda n, product, parts: f"- U: {parts[0]}\n- W: {parts[1]}\n- Total: {n}",
    "units of the network": lambda n, product, parts: f"With 32 units it has {n} parameters.",
    "rounded": lambda n, product, parts: f"{n / 1000:.1f}k",
    "in science": lambda n, product, parts: f"{n:.6e}",
    "one line of Keras": lambda n, product, parts: f"Total params: {n:,} ({n * 4 / 1024:.2f} KB)",
    "Keras' summary": lambda n, product, parts: (
        f"Total params: {n:,}\nTrainable params: {n:,}\nNon-trainable params: 0"
    ),
    "edited": lambda n, product, parts: f"{n - 3}\n\nEdit: {n}",
    "one of two": lambda n, product, parts: f"{n} or {n + 16}",
    "at least": lambda n, product, parts: f"at least {n}",
    "more than": lambda n, product, parts: f"mehr als {n}",
    "denied": lambda n, product, parts: f"It is not **{n}**",
    "taken back": lambda n, product, parts: f"I first got {n} but that is wrong",
    "a bound": lambda n, product, parts: f"n > {n}",
    "of a step": lambda n, product, parts: f"Step {n}",
    "bytes": lambda n, product, parts: f"{n} MB",
    "per gate": lambda n, product, parts: f"4 gates with {n // 4} each, so {n}",
}
# what says nothing for certain, however it is read
NOT_SAID = {
    "struck out",
    "one of two",
    "at least",
    "more than",
    "denied",
    "taken back",
    "a bound",
    "of a step",
    "bytes",
}
