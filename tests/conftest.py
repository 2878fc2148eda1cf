"""What all tests rely on."""

import signal
import sys
from collections.abc import Iterator

import pytest

# A CI job may start us in the background, where Ctrl-C is ignored and stays so in every process below.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def graphs() -> Iterator[None]:
    """Who asks a cell or a model turns graphs off, as in a kernel; in this process the next test finds them
    on again."""
    yield
    if (tensorflow := sys.modules.get("tensorflow")) is not None and hasattr(tensorflow, "config"):
        tensorflow.config.run_functions_eagerly(False)
