"""Names, groups and times: from drafts to the candidates of a class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from grader.collect.candidate import Candidate
from grader.collect.files.digest import digest_of
from grader.collect.files.downloads import Sender
from grader.collect.files.draft import Draft
from grader.collect.files.marks import without_marks, without_version
from grader.collect.files.order import SAME_MOMENT, order_of
from grader.collect.people.course import Course
from grader.collect.people.git_times import Commit, commit_until
from grader.collect.people.names import unique_names
from grader.collect.people.times import HandedIn, by_roster, times_of
from grader.collect.words import listed, plain
from grader.model import Person, TimeSource
from grader.record.directory import Directory, DownloadName, squash


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A homework with what is known of whose it is and when it came."""

    draft: Draft
    handed_in: HandedIn
    student: str = ""  # of the roster
    group: str = ""
    idents: Mapping[str, str] = field(default_factory=dict)  # the platform's numbers of members, where told
    set_aside: tuple[str, ...] = ()  # sentences about other attempts of the same person

    def people(self, directory: Directory) -> tuple[str, ...]:
        """The people of the roster whose homework it is."""
        return directory.members(self.group) or ((self.student,) if self.student else ())


def enrol(drafts: Sequence[Draft], course: Course) -> list[Candidate]:
    """One candidate per person or group, named as in the roster where it names them, sorted by name."""
    directory = Directory(course.roster)
    drafts = sorted(drafts, key=lambda draft: (draft.path.casefold(), draft.path))
    entries = _entries(drafts, course, directory)
    entries = _one_each(_one_per_group(entries), course, directory)
    names = unique_names(_all_called(entries))
    crowd = Counter(entry.group for entry in entries if entry.group)
    candidates = [
        _candidate(entry, name, course, directory, crowded=crowd[entry.group] > 1)
        for entry, name in zip(entries, names, strict=True)
    ]
    return sorted(candidates, key=lambda candidate: (candidate.student.casefold(), candidate.student))


def _entries(drafts: Sequence[Draft], course: Course, directory: Directory) -> list[Enrolled]:
    """Whose each homework is. Who is only likely to be meant must not have another that is surely theirs."""
    called = [_as_called(draft) for draft in drafts]
    certain = [directory.student(one) for one in called]
    groups = [
        "" if student else directory.group(one.name) or ""
        for student, one in zip(certain, called, strict=True)
    ]
    taken = {student for student in certain if student} | {
        who for group in groups if group for who in directory.members(group)
    }
    free = set(course.roster) - taken
    likely = [
        "" if student or group else directory.likely(one, free)
        for student, group, one in zip(certain, groups, called, strict=True)
    ]
    twice = {student for student, number in Counter(filter(None, likely)).items() if number > 1}
    found = []
    for draft, when, sure, group, maybe in zip(
        drafts, times_of(drafts, course), certain, groups, likely, strict=True
    ):
        student = sure or (maybe if maybe and maybe not in twice else "")
        of_group = group or (course.roster[student].group if student else "")
        ident, member = draft.sender.ident, directory.member(draft.sender.name)
        idents = {member: ident} if of_group and ident and member else {}
        found.append(
            Enrolled(draft=draft, handed_in=when, student=student or "", group=of_group, idents=idents)
        )
    return found


def _as_called(draft: Draft) -> DownloadName:
    sender = draft.sender
    names = sender.names if len(sender.names) == 1 else (_bare(sender),)
    return DownloadName(name=names[0], ident=sender.ident, login=sender.login, emails=sender.emails)


def _bare(sender: Sender) -> str:
    """The sender's name; of one that only a file or folder says, without the marks of copying."""
    return sender.name if sender.is_named else without_marks(sender.name)


def _all_called(entries: Sequence[Enrolled]) -> list[tuple[str, str]]:
    """What each homework is called, and the platform's number, which tells namesakes apart. Where only the
    marks of copying tell two from each other, they stay."""
    bare = Counter(squash(_bare(entry.draft.sender)) for entry in entries)
    return [_called(entry, marked=bare[squash(_bare(entry.draft.sender))] > 1) for entry in entries]


def _called(entry: Enrolled, *, marked: bool) -> tuple[str, str]:
    if entry.student:
        return entry.student, ""
    sender = entry.draft.sender
    return (entry.group, "") if entry.group else (sender.name if marked else _bare(sender), sender.ident)


def _one_per_group(entries: list[Enrolled]) -> list[Enrolled]:
    """Where every member of a group handed in the same files, or the platform gives each a copy, they are one
    homework."""
    kept: list[Enrolled] = []
    seen: dict[tuple[str, str], int] = {}
    for entry in entries:
        key = (
            (entry.group, digest_of(entry.draft.root, entry.draft.listing.files)) if entry.group else ("", "")
        )
        if entry.group and key in seen and entry.draft.listing.files:
            first = kept[seen[key]] = replace(
                kept[seen[key]], idents={**kept[seen[key]].idents, **entry.idents}
            )
            if first.student != entry.student or not entry.student:
                kept[seen[key]] = replace(first, student="")  # it is the group's
                continue
        seen.setdefault(key, len(kept))
        kept.append(entry)
    return kept


def _one_each(entries: list[Enrolled], course: Course, directory: Directory) -> list[Enrolled]:
    """Of several attempts of one person the last one on time, else the last one."""
    attempts: dict[object, list[Enrolled]] = {}
    for number, (entry, key) in enumerate(zip(entries, _whose(entries), strict=True)):
        attempts.setdefault(key or number, []).append(entry)
    return [_counting(mine, course, directory) for mine in attempts.values()]


def _whose(entries: list[Enrolled]) -> list[object]:
    """What is equal for two attempts of one person; None for what nothing else belongs to."""
    names = {squash(entry.draft.sender.name) for entry in entries}
    bases = [without_version(entry.draft.sender.name, names) for entry in entries]
    numbered = {squash(base) for base in bases if base}
    keys: list[object] = []
    for entry, base in zip(entries, bases, strict=True):
        sender = entry.draft.sender
        name = squash(base) or (squash(sender.name) if squash(sender.name) in numbered else "")
        if entry.student:
            keys.append(("roster", entry.student))
        elif sender.is_named:
            keys.append(("platform", squash(sender.name), sender.ident, sender.login))
        else:
            keys.append(("version", name) if name and not entry.group else None)
    return keys


def _counting(attempts: list[Enrolled], course: Course, directory: Directory) -> Enrolled:
    if len(attempts) == 1:
        return attempts[0]
    times = [entry.handed_in.when.timestamp() for entry in attempts if entry.handed_in.when]
    tell = len(times) == len(attempts) and max(times) - min(times) > SAME_MOMENT
    ordered = sorted(attempts, key=lambda entry: (_when(entry) if tell else 0.0, order_of(entry.draft.path)))
    ordered.sort(key=lambda entry: bool(entry.draft.listing.files))  # an empty one is none
    people = ordered[-1].people(directory) or (_bare(ordered[-1].draft.sender),)
    on_time = [
        entry for entry in ordered if not by_roster(entry.handed_in, course, people).lateness(course, people)
    ]
    chosen = on_time[-1] if on_time else ordered[-1]
    others = [_of_attempt(entry) for entry in ordered if entry is not chosen]
    why = "the last one on time" if on_time and chosen is not ordered[-1] else "the last one"
    notice = (
        f"{len(attempts)} attempts were handed in; {_of_attempt(chosen)} is graded, {why}; not looked at:"
        f" {listed(others)}"
    )
    base = without_version(chosen.draft.sender.name, {squash(entry.draft.sender.name) for entry in attempts})
    sender = replace(chosen.draft.sender, name=base or chosen.draft.sender.name)
    return replace(chosen, draft=replace(chosen.draft, sender=sender), set_aside=(notice,))


def _when(entry: Enrolled) -> float:
    return entry.handed_in.when.timestamp() if entry.handed_in.when else 0.0


def _of_attempt(entry: Enrolled) -> str:
    when = entry.handed_in.when
    return f"{plain(entry.draft.path, 100)}{f' ({when:%Y-%m-%d %H:%M})' if when else ''}"


def _candidate(
    entry: Enrolled, student: str, course: Course, directory: Directory, *, crowded: bool
) -> Candidate:
    draft, people = entry.draft, entry.people(directory)
    members = () if crowded and entry.student else directory.members(entry.group)
    notices = [*draft.notices, *entry.set_aside]
    if crowded:
        notices.append("more than one homework of this group was found: each is graded by itself")
    handed_in = by_roster(entry.handed_in, course, people)
    hours = handed_in.lateness(course, people or (student,))
    source = handed_in.source
    late = hours > 0 or (handed_in.late and course.deadline is None)
    if notice := _of_time(handed_in, course, people or (student,)):
        notices.append(notice)
    if late and (earlier := _commit_in_time(draft, handed_in, course, people or (student,))) is not None:
        at = earlier.when.astimezone(course.timezone)
        notices.append(_of_commits(earlier, at))
        if earlier.changed_since:
            source = TimeSource.LATER_COMMIT
        else:  # what is graded was there in time
            hours, late, handed_in = 0.0, False, replace(handed_in, when=at)
    return Candidate(
        student=student,
        members=members,
        path=_storable(draft.path),
        root=draft.root,
        files=draft.listing.files,
        submitted=handed_in.when.isoformat(timespec="seconds") if handed_in.when else None,
        late=late,
        lateness_hours=hours,
        time_source=source if course.deadline else None,
        people=_people(entry, student, members or ((entry.student,) if entry.student else ()), course),
        problem=draft.problem,
        problem_kind=draft.problem_kind,
        notices=tuple(notices),
        is_loose=draft.sender.is_stem and not people,
        is_plain_folder=draft.is_plain_folder and not people,
    )


def _commit_in_time(
    draft: Draft, handed_in: HandedIn, course: Course, people: Sequence[str]
) -> Commit | None:
    """What a late checkout was at its deadline; which one is graded is for the instructor to say."""
    until = course.until(people)
    if draft.git is None or until is None or handed_in.source is not TimeSource.COMMIT:
        return None
    return commit_until(draft.git, until)


def _of_commits(earlier: Commit, at: datetime) -> str:
    """What has to be said where the last commit is late and this one was in time."""
    name = f"the commit {earlier.name[:12]} of {at:%Y-%m-%d %H:%M}"
    if not earlier.changed_since:
        return f"the last commit is late and changed no file since {name}, which was in time and counts"
    since = listed([plain(file, 40) for file in earlier.changed_since])
    return f"the last commit is late and counts; {name} was in time, changed since then: {since}"


def _of_time(handed_in: HandedIn, course: Course, people: Sequence[str]) -> str:
    """What has to be said about a time that makes nobody late; "" where nothing has."""
    if course.deadline is None:
        return "the learning platform marks this homework as late" if handed_in.late else ""
    if handed_in.source is TimeSource.UNKNOWN:
        return "it is not known when this was handed in: nothing is counted as late"
    if handed_in.late and course.extension(people):
        return (
            "the learning platform marks this homework as late; there is an extension, so nothing is counted"
        )
    return ""


def _people(entry: Enrolled, student: str, members: Sequence[str], course: Course) -> tuple[Person, ...]:
    """Who handed it in, with all by which a platform knows them."""
    sender = entry.draft.sender
    if not members:
        names = sender.names or (_bare(sender),)
        emails = sender.emails or ("",)
        return tuple(
            Person(
                student=student,
                name=name,
                email=email,
                ident=sender.ident,
                login=sender.login,
                on_roster=not course.roster,
            )
            for name, email in zip(names, (*emails, *[""] * len(names)), strict=False)
        )
    mine = entry.student or (members[0] if len(members) == 1 else "")
    return tuple(_of_roster(who, course, entry, mine) for who in members)


def _of_roster(who: str, course: Course, entry: Enrolled, mine: str) -> Person:
    sender, row = entry.draft.sender, course.roster[who]
    own = who == mine
    return Person(
        student=who,
        name=row.name or (sender.name if own else ""),
        email=row.email or (sender.emails[0] if own and sender.emails else ""),
        ident=row.ident or (sender.ident if own else entry.idents.get(who, "")),
        login=sender.login if own else "",
    )


def _storable(path: str) -> str:
    """A path as text that every database and report can hold."""
    return path.encode("utf-8", "replace").decode("utf-8")
