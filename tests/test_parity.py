"""The command that compares `grade check` with `grade DIR` piece by piece: what it keeps, goes on with and
tells."""

from tests.corpus import HOMEWORKS, all_submissions
from tests.parity import Parity, by_hash, load, main, save, told

EQUAL = Parity(check={"a": "PASSED"}, grade={"a": "PASSED"}, seconds=2.5)
OTHER = Parity(check={"a": "PASSED", "b": "FAILED"}, grade={"a": "FAILED"})


def test_every_example_is_in_the_order_once():
    pairs = [(homework, entry.name) for homework, entry in by_hash()]
    assert len(pairs) == len(set(pairs)) == sum(len(all_submissions(homework)) for homework in HOMEWORKS)
    assert pairs == [(homework, entry.name) for homework, entry in by_hash()]
    assert len({homework for homework, _ in pairs[:40]}) > 4, "homeworks are mixed"


def test_what_differs_is_told_check_by_check():
    assert EQUAL.differences() == []
    assert OTHER.differences() == [
        "a: check says PASSED, grade FAILED",
        "b: check says FAILED, grade nothing",
    ]
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
