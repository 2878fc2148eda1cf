"""The corpus as somebody else would have written it keeps its points: under other names, in other cells, as a
script, in modules, in one function."""

import itertools

import pytest

from grader.run import Engine
from tests import corpus
from tests.golden_verdicts import examine_files
from tests.rewritten import WAYS, NotThisOne, differences, write
from tests.sampling import some

pytestmark = pytest.mark.real
HOMEWORK = "integration_task"
AT_ONCE = 4  # of some 500: about ten seconds each
ALL = [(entry.name, way) for entry, way in itertools.product(corpus.all_submissions(HOMEWORK), WAYS)]


@pytest.fixture(scope="module")
def engine():
    """Kernels as `grade DIR` has them on this machine."""
    with Engine.best() as engine:
        yield engine


@pytest.mark.parametrize(("name", "way"), some(ALL, AT_ONCE))
def test_another_form_has_the_same_points(name, way, engine, tmp_path):
    home = tmp_path / "class" / "ada"
    try:
        write(way, corpus.find(name, HOMEWORK), HOMEWORK, home)
    except NotThisOne as reason:
        pytest.skip(str(reason))
    _, result = examine_files(HOMEWORK, home.parent, tmp_path, engine)
    assert (
        list(
            differences(
                HOMEWORK, name, way, {one.id: (one.status.value, one.points) for one in result.checks}
            )
        )
        == []
    )
