"""What an instructor says is meant is kept, said again only to change it, and refused where it means
nothing."""

import pytest

from grader.errors import UsageError
from grader.record.takes import FILE, keep_takes, load_takes, said_takes

STUDENTS, NAMES = {"anna", "group:7"}, ("model", "train_ds")


def test_the_latest_word_on_each_name_is_kept(tmp_path):
    keep_takes(tmp_path, said_takes(["anna:model=lstm", "group:7:train_ds=prepared"], STUDENTS, NAMES))
    keep_takes(tmp_path, said_takes(["anna:train_ds=ds", "anna:model=lstm2"], STUDENTS, NAMES))
    assert load_takes(tmp_path) == {
        "anna": {"model": "lstm2", "train_ds": "ds"},
        "group:7": {"train_ds": "prepared"},
    }


def test_who_says_nothing_writes_nothing(tmp_path):
    assert keep_takes(tmp_path, {}) == {}
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("anna", "give STUDENT:NAME_ON_THE_SHEET=THEIR_NAME"),
        ("anna:model", "give STUDENT"),
        ("anna:model=not a name", "give STUDENT"),
        ("ben:model=lstm", "nobody here is called 'ben'"),
        ("anna:net=lstm", "the sheet has no net; it has model, train_ds"),
    ],
)
def test_what_means_nothing_is_refused(text, words):
    with pytest.raises(UsageError, match="--take") as raised:
        said_takes([text], STUDENTS, NAMES)
    assert words in str(raised.value)


def test_a_spoilt_file_is_told(tmp_path):
    (tmp_path / FILE).write_text("[1]")
    with pytest.raises(UsageError, match="repair or delete it"):
        load_takes(tmp_path)
