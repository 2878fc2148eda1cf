"""Our processes find what was installed for one user alone, and nothing of the folder or the environment."""

from __future__ import annotations

import json
import site
import subprocess
import sys

import pytest

from grader.run.interpreter import interpreter
from grader.run.isolation.box import python_paths

SAYS = """if True:
    import json, sys
    from grader.run.interpreter import interpreter
    print(json.dumps([sys.argv[1:], __name__, "" in sys.path, interpreter("-m", "further")]))
"""


@pytest.fixture
def theirs(tmp_path, monkeypatch):
    """A folder of packages as pip makes it, with one module."""
    folder = tmp_path / "site packages"
    folder.mkdir()
    (folder / "only_theirs.py").write_text(SAYS)
    (folder / "elsewhere.pth").write_text(f"{tmp_path}\n")
    monkeypatch.setattr(site, "ENABLE_USER_SITE", True)
    monkeypatch.setattr(site, "USER_SITE", str(folder))
    return folder


def run(*words):
    done = subprocess.run(interpreter(*words), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_process_finds_them_and_passes_them_on(theirs):
    arguments, name, here, further = run("-m", "only_theirs", "-f", "a b")
    assert (arguments, name, here) == (["-f", "a b"], "__main__", False)
    assert str(theirs) in further
    assert run(str(theirs / "only_theirs.py"), "1")[:2] == [["1"], "__main__"]


def test_a_kernel_in_its_box_sees_them(theirs):
    assert any(str(theirs).startswith(path) for path in python_paths())


def test_where_nobody_has_any_nothing_changes(theirs, monkeypatch):
    monkeypatch.setattr(site, "ENABLE_USER_SITE", False)
    assert interpreter("-m", "only_theirs") == [sys.executable, "-I", "-m", "only_theirs"]
    theirs.rename(theirs.with_name("gone"))
    monkeypatch.setattr(site, "ENABLE_USER_SITE", True)
    assert interpreter("file.py") == [sys.executable, "-I", "file.py"]
