"""`grade doctor`: what it says of a machine, and the hint for what is missing."""

import pytest

from grader.cli.doctor import work
from grader.run import Offer


@pytest.fixture
def doctor(monkeypatch, capsys):
    """Look at a machine that has these levels: (exit code, what was said)."""

    def doctor(**works):
        offers = {level: Offer(level=level, works=why == "", why=why) for level, why in works.items()} | {
            "none": Offer(level="none", works=True)
        }
        monkeypatch.setattr(work, "offer", offers.get)
        return work.examine_machine(), capsys.readouterr().out

    return doctor


def test_a_machine_with_name_spaces_is_fine(doctor):
    code, text = doctor(namespaces="", landlock="")
    assert code == 0
    assert "ok       isolation by namespaces: works, tried in full" in text
    assert "Notebooks run at the level namespaces." in text


def test_the_next_level_is_taken_and_the_reason_said(doctor):
    code, text = doctor(namespaces="unshare: Operation not permitted", landlock="")
    assert code == 0
    assert "missing  isolation by namespaces: unshare: Operation not permitted" in text
    assert "→" in text
    assert "Notebooks run at the level landlock. Not covered:" in text


def test_without_any_level_other_peoples_work_needs_a_word(doctor):
    code, text = doctor(namespaces="no", landlock="no")
    assert code == 1
    assert "`grade DIR` needs --no-isolation here" in text


@pytest.mark.parametrize(
    ("setting", "value", "why", "command"),
    [
        (
            "apparmor_restrict_unprivileged_userns",
            "1",
            "mount tmpfs on /tmp: Permission denied",
            "apparmor_restrict_unprivileged_userns=0",
        ),
        ("unprivileged_userns_clone", "0", "unshare: Operation not permitted", "unprivileged_userns_clone=1"),
        ("max_user_namespaces", "0", "unshare: No space left on device", "max_user_namespaces=10000"),
    ],
)
def test_the_command_that_opens_user_namespaces_is_said(monkeypatch, setting, value, why, command):
    monkeypatch.setattr(work, "_setting", lambda path: value if path.endswith(setting) else "")
    assert command in work.advice(Offer(level="namespaces", works=False, why=why))


def test_a_missing_package_comes_with_the_command(monkeypatch):
    monkeypatch.setattr(work, "_version", lambda name: "" if name == "tf_keras" else "1.0")
    missing = [finding for finding in work.packages() if not finding.fine]
    assert [(finding.text, finding.hint) for finding in missing] == [
        ("not installed", "pip install tf-keras")
    ]
