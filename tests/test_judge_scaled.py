"""A series that was scaled before the training is known by the windows that the training was handed."""

import numpy as np
import pytest

from grader.judge.checks.forecast.scaled import scale_of
from grader.probes.series import daily_series

SERIES = daily_series(1)
WINDOWS = np.lib.stride_tricks.sliding_window_view(SERIES, 20)[:200].astype("f4").astype("f8")


@pytest.mark.parametrize(("factor", "shift"), [(0.05, -2.0), (0.01, 0.0), (1.0, -40.0), (2.0, 3.0)])
def test_the_scale_of_a_training_is_found(factor, shift):
    np.testing.assert_allclose(scale_of(factor * WINDOWS + shift, SERIES), (factor, shift), atol=1e-3)


@pytest.mark.parametrize(
    "rows",
    [
        WINDOWS,  # as it is
        WINDOWS[:3] * 0.1,  # hardly any
        np.random.default_rng(1).standard_normal((200, 20)),  # of another series
        (WINDOWS - WINDOWS.mean(axis=1, keepdims=True))
        / WINDOWS.std(axis=1, keepdims=True),  # each by itself
        WINDOWS[:, :2],
    ],
)
def test_other_windows_have_none(rows):
    assert scale_of(rows, SERIES) is None
