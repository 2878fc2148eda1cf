"""Packages that load their names when they are asked for give the same names as ever."""

import importlib

import pytest

PACKAGES = ("grader.judge.checks", "grader.collect", "grader.report")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_name_that_is_promised_is_there(package):
    module = importlib.import_module(package)
    given = {name: getattr(module, name) for name in module.__all__}
    assert all(callable(value) for value in given.values()), [n for n, v in given.items() if not callable(v)]


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_promised_nowhere_is_no_attribute(package):
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        importlib.import_module(package).nothing  # noqa: B018
