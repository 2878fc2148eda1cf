"""A forecast by a recurrent network: a whole sheet in twenty lines of public names."""

import numpy as np

from grader import Assignment, Level, checks, failed, passed, probes, roles

hw = Assignment("forecast", title="A forecast", parameters={"WINDOW_SIZE": 20, "BATCH_SIZE": 32})
windows = hw.role(
    roles.function("windowed_dataset", ["series", "window_size", "batch_size", "shuffle_buffer"])
)
model = hw.role(roles.model("model", length="WINDOW_SIZE", answers="numbers", aliases=["forecaster"]))
losses = hw.role(roles.losses("losses"))
COUNTING = np.arange(40, dtype="float32")  # every value says where it stands
asked = probes.calls(
    windows, draw=lambda rng, numbers: [probes.call(windows, COUNTING + rng.integers(1000), 7, 4, 10)]
)


def yearly(rng: np.random.Generator) -> np.ndarray:
    """A series like the template's: a trend, a season of 30 steps at any phase, a little noise."""
    steps = np.arange(400)
    return (
        10
        + 0.01 * steps
        + 3 * np.sin(2 * np.pi * (steps / 30 + rng.random()))
        + 0.2 * rng.standard_normal(400)
    )


part = hw.task("1", "Windows.", after_training=False)


@part.own_check(
    "The target is the value after its window, and every window is there once.", points=6, asks=asked
)
def windows_before_targets(seen):
    """Told by the values, which count up."""
    (called,) = seen[asked]
    batches = called.items or ()
    if called.error is not None or not batches:
        return failed(
            f"windowed_dataset gives nothing: {called.error}", hint="Return a tf.data.Dataset of batches."
        )
    pairs = [(x.reshape(len(x), -1), y.ravel()) for x, y in batches]
    wrong = [(x, y) for x, y in pairs if x.shape[1] != 7 or not np.array_equal(x[:, -1] + 1, y)]
    if wrong:
        return failed(
            "a target is not the value right after its window",
            hint="Take windows of size + 1, then [:-1] and [-1].",
        )
    if sum(len(y) for _, y in pairs) != len(COUNTING) - 7:
        return failed(
            "not every window is there once",
            hint="Keep the last batch, and drop only windows that are too short.",
        )
    return passed("Each target follows its window, and every window is there once.")


part = hw.task("2", "The forecast.")
part.check(checks.answers_of_shape(model), points=3)
part.check(checks.gradients_reach(model), points=2)
part.check(checks.losses_fall(losses), points=1)
part.check(checks.beats_baselines(model, series=yearly, by=0.3), points=10, level=Level.PASSED)
