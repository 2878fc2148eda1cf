"""The command that compares `grade check` with `grade DIR` piece by piece: what it keeps, goes on with and
tells."""

from types import SimpleNamespace

import pytest

from tests import parity_hostile
from tests.corpus import HOMEWORKS, all_submissions
from tests.parity import NotKept, Parity, Replay, by_hash, compare, load, main, save, told
from tests.submissions.hostile import attacks
from tests.test_cli_fakes import FakeRunner, a_class, a_sheet

EQUAL = Parity(check={"a": "PASSED"}, grade={"a": "PASSED"}, seconds=2.5)
OTHER = Parity(check={"a": "PASSED", "b": "FAILED"}, grade={"a": "FAILED"})


def test_every_example_is_in_the_order_once():
    pairs = [(homework, entry.name) for homework, entry in by_hash()]
    assert len(pairs) == len(set(pairs)) == sum(len(all_submissions(homework)) for homework in HOMEWORKS)
    assert pairs == [(homework, entry.name) for homework, entry in by_hash()]
    assert {homework for homework, _ in pairs[: len(HOMEWORKS)]} == set(HOMEWORKS), "homeworks take turns"


def test_what_differs_is_told_check_by_check():
    assert EQUAL.differences() == []
    assert OTHER.differences() == [
        "a: check says PASSED, grade FAILED",
        "b: check says FAILED, grade nothing",
    ]
    refused = {"refused": "there is no notebook"}
    assert Parity(check=refused, grade={"a": "SKIPPED"}).differences() == []
    assert len(Parity(check=refused, grade={"a": "PASSED"}).differences()) == 2
    *lines, last = told({"x": EQUAL, "y": OTHER}, of=5)
    assert [line.partition(":")[0] for line in lines] == ["y", "y"]
    assert last == "1 of 2 are equal; 3 of 5 were not run yet"


def test_what_is_kept_is_told_without_running_anything(tmp_path, capsys):
    first, second = by_hash(["rnn_concepts"])[:2]
    save(tmp_path / "rnn_concepts" / f"{first[1].name}.json", EQUAL)
    assert load(tmp_path / "rnn_concepts" / f"{first[1].name}.json") == EQUAL
    assert load(tmp_path / "rnn_concepts" / f"{second[1].name}.json") is None
    words = ["--keep", str(tmp_path), "--homework", "rnn_concepts", "--told"]
    assert main(words) == 0
    save(tmp_path / "rnn_concepts" / f"{second[1].name}.json", OTHER)
    assert main(words) == 1
    assert "1 of 2 are equal" in capsys.readouterr().out


def test_what_one_run_shows_of_both_is_run_once(tmp_path):
    def compared(name: str, **how: bool) -> tuple[Parity, int]:
        home = a_class(tmp_path / name / "class", ada=("wrong", "right")) / "ada"
        runner = FakeRunner()
        engine = SimpleNamespace(run=runner, level="none")
        found = compare("small", home, engine, sheets=a_sheet(tmp_path / "sheets"), **how)
        assert found.runs == len(runner.asked)
        return found, found.runs

    once, runs = compared("once")
    assert runs == 2, "the second one confirms"
    assert once.differences() == []
    twice, runs = compared("twice", apart=True)
    assert runs == 4
    assert twice.check == once.check


def test_a_run_that_was_kept_is_replayed_for_the_same_files_alone(tmp_path):
    sheets = a_sheet(tmp_path / "sheets")
    home = a_class(tmp_path / "ran" / "class", ada=("wrong", "right")) / "ada"
    ran = compare("small", home, SimpleNamespace(run=FakeRunner(), level="none"), sheets=sheets)
    kept = Replay([tmp_path / "ran" / "out"], level="none")
    again = a_class(tmp_path / "again" / "class", ada=("wrong", "right")) / "ada"
    replayed = compare("small", again, kept, sheets=sheets)
    assert (replayed.check, replayed.grade) == (ran.check, ran.grade)
    assert replayed.replayed
    other = a_class(tmp_path / "other" / "class", ada=("right", "right")) / "ada"
    with pytest.raises(NotKept):
        compare("small", other, kept, sheets=sheets)


def test_what_is_kept_of_the_attacks_is_told_level_by_level(tmp_path, capsys):
    attack = attacks()[0]
    for level, found in (("namespaces", EQUAL), ("landlock", OTHER)):
        save(tmp_path / f"hostile_{level}" / attack.topic / f"{attack.name}.json", found)
        words = ["--keep", str(tmp_path), "--level", level, "--only", attack.name]
        assert parity_hostile.main(words) == int(bool(found.differences()))
    told = capsys.readouterr().out
    assert "1 of 1 are equal; 0 of 1 were not run yet" in told
    assert f"landlock {attack.topic} {attack.name}: a: check says PASSED, grade FAILED" in told
