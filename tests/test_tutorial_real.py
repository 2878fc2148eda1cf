"""The tutorial, followed word for word with real kernels: what it promises is what its commands say."""

import os
import subprocess
import sys

import pytest

from tests.tutorial import Reader

ALL = bool(os.environ.get("GRADER_TEST_ALL"))  # test_tutorial.py follows the same page without kernels
pytestmark = [pytest.mark.real, pytest.mark.skipif(not ALL, reason="only in make test-all")]


def test_who_follows_the_tutorial_sees_what_it_says(tmp_path):
    reader = Reader(tmp_path)
    reader.follows()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", "--collect-only"],
        cwd=reader.folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout  # what it runs, `grade lint` and `grade`, was run above
