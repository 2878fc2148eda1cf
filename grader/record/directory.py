"""The roster's students and groups by all that a download may call them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe"})
BARE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
OF_THE_TASK = re.compile(
    r"(?:hw|homework|ha|ex|exercise|assignment|abgabe|submission|uebung|übung|blatt|sheet|aufgabe|task)\d*|\d{1,2}"
)
NUMBERED = re.compile(
    r"(?:group|gruppe|groupe|gruppo|grupo|team|grp)[\W_]*0*(?P<number>\d{1,3})", re.IGNORECASE
)
OF_COPIES = re.compile(r"(?:copy|copie|copia|cópia|kopie|kopia|of|von|de)\d*")


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry:
    """One person who takes part."""

    name: str = ""
    email: str = ""
    group: str = ""
    extension_hours: float = 0.0
    submitted: str = ""  # ISO 8601: what the course itself says, before any platform
    ident: str = ""  # the platform's number, where the roster is the platform's own table


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadName:
    """What a download says about whose something is."""

    name: str
    ident: str = ""
    login: str = ""
    emails: tuple[str, ...] = ()


def squash(text: str) -> str:
    """`text` reduced to its letters and digits, for comparing names: "Müller, Anna" and "müller_anna" are
    equal."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LNM")


def tells_nobody(name: str) -> bool:
    """Whether a name has only words that any homework might: "homework-1", "Copy of hw 7". A bare number may
    be somebody's."""
    words = _words(name)
    return any(map(str.isalpha, "".join(words))) and all(
        OF_THE_TASK.fullmatch(word) or OF_COPIES.fullmatch(word) for word in words
    )


class Directory:
    """Who is meant by what a download says; made once for a whole class."""

    def __init__(self, roster: Mapping[str, RosterEntry]) -> None:
        self._certain: dict[str, set[str]] = {}
        self._written_otherwise: dict[str, set[str]] = {}  # without accents, words in any order
        self._logins: dict[str, set[str]] = {}  # that a name may have led to
        self._words: dict[str, frozenset[str]] = {}
        self._groups: dict[str, set[str]] = {}
        self._numbered: dict[str, set[str]] = {}  # groups by their number alone
        self._members: dict[str, list[str]] = {}
        for student, entry in roster.items():
            self._enter(student, entry)

    def _enter(self, student: str, entry: RosterEntry) -> None:
        first, last = _first_and_last(entry.name)
        for text in (student, entry.name, f"{last}{first}", entry.email, entry.email.partition("@")[0]):
            _add(self._certain, squash(text), student)
        _add(self._certain, squash(entry.ident), student)
        _add(self._written_otherwise, _of_a_table(student), student)
        for spelling in _spellings(entry.name):
            _add(self._written_otherwise, squash(spelling), student)
            _add(self._written_otherwise, _in_order(spelling), student)
            for first, last in {_first_and_last(spelling), _first_and_all_last(spelling)}:
                for login in _logins(first, last):
                    _add(self._logins, login, student)
        self._words[student] = frozenset(_words(_bare(entry.name)))
        if entry.group:
            _add(self._groups, squash(entry.group), entry.group)
            if found := NUMBERED.fullmatch(entry.group.strip()):
                _add(self._numbered, found["number"], entry.group)
            self._members.setdefault(entry.group, []).append(student)

    def student(self, called: DownloadName) -> str | None:
        """The student's id in the roster; None when nobody or several could be meant."""
        for text in (*called.emails, called.name, called.login, called.ident):
            if found := _only(self._certain, squash(text)):
                return found
        if found := _only(self._written_otherwise, _of_a_table(called.name)):
            return found
        for spelling in _spellings(called.name):
            if found := _only(self._written_otherwise, squash(spelling)) or _only(
                self._written_otherwise, _in_order(spelling)
            ):
                return found
        return None

    def alike(self, name: str) -> list[str]:
        """All that are called so: several where there are namesakes."""
        in_order = self._written_otherwise.get(_in_order(name), set())
        return sorted(self._certain.get(squash(name), set()) | in_order)

    def likely(self, called: DownloadName, free: Collection[str]) -> str | None:
        """Who is probably meant, among the people in `free`: a login made of the name, the words of the
        homework around the name, a name with a further first name. None when nobody or several could be."""
        words = [word for word in _words(called.name) if not OF_THE_TASK.fullmatch(word)]
        plain = " ".join(words)
        if (
            plain
            and squash(plain) != squash(called.name)
            and (found := self.student(DownloadName(name=plain)))
        ):
            return found if found in free else None
        keys = {squash(text) for text in (called.login, plain, called.login.partition("-")[0]) if text}
        found_by_login = {student for key in keys for student in self._logins.get(key, ()) if student in free}
        if len(found_by_login) == 1:
            return next(iter(found_by_login))
        mine = frozenset(_words(_bare(plain)))
        alike = [
            student
            for student in free
            if (len(mine & self._words[student]) > 1 and _one_in_other(mine, self._words[student]))
            or _runs_together(squash(_bare(plain)), self._words[student])
        ]
        return alike[0] if len(alike) == 1 and not found_by_login else None

    def group(self, name: str) -> str | None:
        """The group of the roster that `name` names, as written there; also by its number ("group_03" for
        "Gruppe 3"), and before a member's name: "Group A-Jane Doe"."""
        if found := _only(self._groups, squash(name)) or self._group_and_member(name)[0]:
            return found
        numbered = NUMBERED.fullmatch(name.strip())
        return _only(self._numbered, numbered["number"]) if numbered else None

    def member(self, name: str) -> str | None:
        """Who is named behind a group: "Jane Doe" of "Group A-Jane Doe"."""
        return self._group_and_member(name)[1]

    def _group_and_member(self, name: str) -> tuple[str | None, str | None]:
        parts = name.split("-")
        for cut in range(len(parts) - 1, 0, -1):
            found = _only(self._groups, squash("-".join(parts[:cut])))
            person = self.student(DownloadName(name="-".join(parts[cut:])))
            if found and (person is None or person in self._members[found]):
                return found, person
        return None, None

    def members(self, group: str) -> tuple[str, ...]:
        """The students of a group, in the roster's order."""
        return tuple(self._members.get(group, ()))


def _add(table: dict[str, set[str]], key: str, student: str) -> None:
    if key:
        table.setdefault(key, set()).add(student)


def _only(table: Mapping[str, set[str]], key: str) -> str | None:
    found = table.get(key, set()) if key else set()
    return next(iter(found)) if len(found) == 1 else None


def _of_a_table(name: str) -> str:
    """A number as a table program leaves it, which takes zeros in front away; "" for what is none."""
    bare = name.strip()
    return bare.lstrip("0") if bare.isascii() and bare.isdecimal() else ""


def _first_and_last(name: str) -> tuple[str, str]:
    """First names and last name: "Anna Müller" and "Müller, Anna" alike."""
    last, comma, first = name.partition(",")
    if not comma:
        first, _, last = name.strip().rpartition(" ")
    return first.strip(), last.strip()


def _first_and_all_last(name: str) -> tuple[str, str]:
    """The same where the last name is of several words: "van der Berg"."""
    if "," in name:
        return _first_and_last(name)
    first, _, last = name.strip().partition(" ")
    return first.strip(), last.strip()


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).casefold())


def _in_order(name: str) -> str:
    """The words of a name, sorted: "van der Berg, Jan" and "jan van_der-berg" are equal."""
    return " ".join(sorted(_words(name)))


def _bare(text: str) -> str:
    """Without accents, and what has none to lose as its nearest letters."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(BARE))
    return "".join(char for char in folded if not unicodedata.combining(char))


def _spellings(name: str) -> Iterator[str]:
    """A name as it is, as German keyboards without umlauts write it, and without any accents."""
    composed = unicodedata.normalize("NFC", name).casefold()
    yield from dict.fromkeys((composed, composed.translate(GERMAN), _bare(composed)))


def _logins(first: str, last: str) -> Iterable[str]:
    """What universities make of a name: jdoe, doej, jane.doe, janed, j.van.der.berg, jberg."""
    first, whole, short = squash(first), squash(last), squash(last.rpartition(" ")[2])
    if not first or not whole:
        return ()
    return {
        f"{first[0]}{whole}",
        f"{whole}{first[0]}",
        f"{first}{whole}",
        f"{first}{whole[0]}",
        f"{first[0]}{short}",
    }


def _runs_together(name: str, words: Collection[str], *, used: int = 0) -> bool:
    """Whether a name is two or more of these words in any order with nothing between, as Canvas writes it:
    "garcialopezjosemaria"."""
    if not name:
        return used > 1
    return any(
        _runs_together(name[len(word) :], [other for other in words if other != word], used=used + 1)
        for word in words
        if name.startswith(word)
    )


def _one_in_other(some: frozenset[str], others: frozenset[str]) -> bool:
    return some <= others or others <= some
