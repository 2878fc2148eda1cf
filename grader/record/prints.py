"""What of a program stays when its names, comments and layout are changed: the runs of its tokens, as numbers
that can be compared."""

from __future__ import annotations

import hashlib
import keyword
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

LENGTH = 14  # tokens of one run: a line or two; shorter ones stand in every program
WINDOW = 4  # of so many runs in a row the least is kept: a copied part of 18 tokens always leaves one
MOST_TEXT = 400_000  # characters of one program
FEW_PEOPLE = 4  # people; what as many share in a small class, or a tenth of a large one, is nobody's own
SHARE = 0.1
FEWEST_RUNS = 60  # runs of a program that say something: some thirty lines
# runs that two share, a twentieth of the homework, and of all that is the smaller one's own
MUCH, HALF = 20, 0.5
SOME, NEARLY_ALL = 12, 0.7  # the same of those who wrote little that is their own, and of all that either did
# what stands for a text, for an argument's name, and before a name that the author chose
TEXT = "text"
KEYWORD = "keyword"
OWN = "\1"
OPENS, CLOSES = "([{", ")]}"
WORD = re.compile(r"\w{1,20}")  # "relu": a text that means something to the program
TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|[ \t\r\f\\]+)"""
    r"""|(?P<text>[rbufRBUF]{0,2}(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))"""
    r"""|(?P<number>\d[\w.]*)|(?P<name>[^\W\d]\w*)|(?P<line>\n)|(?P<sign>\*\*|//|[-+*/%@&|^<>=!:]=|->|<<|>>|.)""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedToken:
    """One token as it is compared, and the line it stands on, from 1."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two programs that share more of what is nobody else's than people do who worked alone."""

    first: str
    second: str
    share: float  # of the smaller one's own runs
    runs: int  # that they share
    same: bool = False  # all of their tokens are equal, names and comments aside


def tokens_of(code: str) -> list[PrintedToken]:
    """A program's tokens without comments and texts for people. Names that the author chose are marked: what
    follows a dot, and what stands before "=" in a call, belongs to whom is called."""
    found: list[PrintedToken] = []
    line, before, depth = 1, "", 0
    for match in TOKEN.finditer(code[:MOST_TEXT]):
        text, kind = match.group(), match.lastgroup
        if kind not in ("skip", "line"):
            if text == "=" and depth and found and found[-1].text.startswith(OWN):
                found[-1] = PrintedToken(text=KEYWORD, line=found[-1].line)
            if shown := _shown(text, kind or "", before, found):
                found.append(PrintedToken(text=shown, line=line))
            depth += (text in OPENS) - (text in CLOSES) if len(text) == 1 else 0
            before = text
        line += text.count("\n")
    return found


def _shown(text: str, kind: str, before: str, found: Sequence[PrintedToken]) -> str:
    if kind == "text":
        word = text.strip("rbufRBUF").strip("'\"")
        # of a function or class: it says something to people
        alone = not found or found[-1].text in (":", TEXT)
        return "" if alone else word if WORD.fullmatch(word) else TEXT
    if kind != "name" or keyword.iskeyword(text) or text == "self":
        return text
    if before != ".":
        return f"{OWN}{text}"
    # an attribute may be called like a variable
    return f"{OWN}.{text}" if len(found) > 1 and found[-2].text == "self" else text


def runs_of(tokens: Sequence[PrintedToken]) -> list[tuple[int, int]]:
    """Every run of tokens as a number, with the place of its first token."""
    texts = [token.text for token in tokens]
    return [(_number(texts[start : start + LENGTH]), start) for start in range(len(texts) - LENGTH + 1)]


def prints_of(code: str) -> tuple[int, ...]:
    """The numbers that stand for a program. The first is that of all its tokens; then of every few runs the
    least, so that programs that share a part share numbers."""
    tokens = tokens_of(code)
    numbers = [number for number, _ in runs_of(tokens)]
    return (_number([token.text for token in tokens]), *dict.fromkeys(_winnowed(numbers)))


def _winnowed(numbers: Sequence[int]) -> Iterator[int]:
    for start in range(max(1, len(numbers) - WINDOW + 1)) if numbers else ():
        yield min(numbers[start : start + WINDOW])


def _number(texts: Sequence[str]) -> int:
    """Of tokens in which own names count by where they stand again, not by what they are called."""
    places: dict[str, str] = {}
    plain = (
        places.setdefault(text, f"{OWN}{len(places)}") if text.startswith(OWN) else text for text in texts
    )
    digest = hashlib.blake2b("\0".join(plain).encode("utf-8", "replace"), digest_size=6)
    return int.from_bytes(digest.digest())


def own_prints(
    prints: Mapping[str, Sequence[int]], template: Sequence[int] = ()
) -> dict[str, frozenset[int]]:
    """Of each program what is neither the template's nor shared by many."""
    counts: dict[int, int] = {}
    for numbers in prints.values():
        for number in set(numbers):
            counts[number] = counts.get(number, 0) + 1
    many, given = max(FEW_PEOPLE, round(SHARE * len(prints))), set(template)
    return {
        name: frozenset(one for one in numbers if counts[one] < many and one not in given)
        for name, numbers in prints.items()
    }


def alike(prints: Mapping[str, Sequence[int]], template: Sequence[int] = ()) -> list[Pair]:
    """The pairs that share what people who worked alone do not, the most alike first."""
    own = own_prints(prints, template)
    same = {pair for names in _same(prints, template) for pair in combinations(sorted(names), 2)}
    shared = Counter(pair for names in _holders(own).values() for pair in combinations(sorted(names), 2))
    found = []
    for a, b in same | set(shared):
        least = min(len(own[a]), len(own[b]))
        pair = Pair(
            first=a,
            second=b,
            share=shared[a, b] / least if least else 1.0,
            runs=shared[a, b],
            same=(a, b) in same,
        )
        union = len(own[a] | own[b])
        if (
            pair.same
            or (pair.runs >= MUCH and pair.share >= HALF)
            or (pair.runs >= SOME and pair.runs >= NEARLY_ALL * union)
        ):
            found.append(pair)
    return sorted(found, key=lambda pair: (not pair.same, -pair.share, -pair.runs, pair.first, pair.second))


def _same(prints: Mapping[str, Sequence[int]], template: Sequence[int]) -> list[list[str]]:
    """Who wrote the very same, names aside, of those who wrote enough to tell."""
    given = set(template)
    groups: dict[int, list[str]] = {}
    for name, numbers in prints.items():
        if len(set(numbers) - given) >= FEWEST_RUNS:
            groups.setdefault(numbers[0], []).append(name)
    most = max(FEW_PEOPLE, len(prints) // 4)  # what more have alike was given to them
    return [names for names in groups.values() if 1 < len(names) <= most]


def _holders(own: Mapping[str, frozenset[int]]) -> dict[int, list[str]]:
    holders: dict[int, list[str]] = {}
    for name, numbers in own.items():
        for number in numbers:
            holders.setdefault(number, []).append(name)
    return holders
