"""The fields of an error, as the kernel tells them and as the host reads them."""

import pytest

from grader.run.inside.errors import fields_of
from grader.run.wire import error_fields


def raised(code):
    try:
        exec(code, {})
    except Exception as problem:
        return fields_of(problem)
    raise AssertionError("it raises nothing")


@pytest.mark.parametrize(
    ("code", "module", "missing"),
    [
        ("import not_there.at_all", "not_there", ""),
        ("from json import not_there", "", ""),
        ("raise ImportError(\"No module named 'words'\")", "", ""),
        ("try:\n    import not_there\nexcept ImportError:\n    raise ImportError('install it')", "not_there", ""),
        ("try:\n    import not_there\nexcept ImportError:\n    1 / 0", "", ""),
        ("undefined", "", "undefined"),
        ("raise NameError('undefined')", "", ""),
        ("1 / 0", "", ""),
    ],
)
def test_what_is_missing_is_a_field(code, module, missing):
    assert raised(code) == {"missing_package": module, "missing_name": missing}
    assert error_fields(raised(code)) == {"missing_package": module, "missing_name": missing}


@pytest.mark.parametrize(
    "said",
    [None, [], "module", {"missing_package": 7, "missing_name": ["x"]}, {"missing_package": "a b", "missing_name": "../x"}],
)
def test_what_a_kernel_says_otherwise_is_nothing(said):
    assert error_fields(said) == {"missing_package": "", "missing_name": ""}
