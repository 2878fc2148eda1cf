"""The hostile corpus: submissions that want something they shall not get. README.md says what, and what they gain."""

from tests.submissions.hostile import lies, messages, network, processes, reads, resources, sizes, writes
from tests.submissions.hostile.entry import Hostile

_TOPICS = (reads, writes, network, processes, resources, messages, sizes, lies)


def attacks() -> tuple[Hostile, ...]:
    """All of them, topic by topic.

    Raises:
        ValueError: two have the same name.
    """
    found = tuple(attack for module in _TOPICS for attack in module.ATTACKS)
    names = [f"{attack.topic} {attack.name}" for attack in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"two attacks are called {', '.join(sorted(twice))}")
    return found


def table() -> str:
    """All attacks as a table in Markdown."""
    lines = ["| topic | attack | wants to | may pass | flagged |", "|---|---|---|---|---|"]
    for attack in attacks():
        wins = " ".join(sorted(attack.wins)) or "nothing"
        lines.append(f"| {attack.topic} | `{attack.name}` | {attack.goal} | {wins} | {'yes' if attack.flagged else ''} |")
    return "\n".join(lines)
