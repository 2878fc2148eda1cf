"""What is judged of a forecast, answer by answer: windows, what moves, recorded sweeps, figures, and the
host's own computation."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from grader.assignment import Function, Role, Seen, load_sheet
from grader.judge.checks.forecast import drawings, followed, handed_in, looking_back, windows
from grader.judge.checks.forecast.baselines import baseline, errors_of
from grader.judge.checks.forecast.drawings import (
    _is_charged,
    judge_forecast_figure,
    judge_sweep_figure,
    part_of,
)
from grader.judge.checks.forecast.followed import Followed, differs_here_alone, is_of_some_days
from grader.judge.checks.forecast.handed_in import loaded_elsewhere, of_another_model
from grader.judge.checks.forecast.looking_back import _first_moves, _if_by_model, _of_first_moves
from grader.judge.checks.forecast.series import _followed_error, too_few_steps
from grader.judge.checks.forecast.split import judge_days
from grader.judge.checks.forecast.task import Forecasting, first_day
from grader.judge.checks.trained.histories import Sweep, curve, judge_falls, judge_sweep, sweep_of
from grader.judge.identify.chain import Chain
from grader.model import Observation, Reply, Run, SourceFacts, Status, Submission, Verdict
from grader.model.verdict import failed, passed
from grader.probes.calls import Called
from grader.probes.fitted import History
from grader.probes.keras_model import KerasLayer
from grader.probes.series import daily_series
from reference.time_series_forecast import sizes
from reference.time_series_forecast.series import make_series

Array = np.ndarray
SHEET = load_sheet(Path(__file__).resolve().parents[1] / "assignments" / "time_series_forecast")
ROLES = {role.name: role for role in SHEET.roles}
NUMBERS = dict(SHEET.parameters)
RATES, LOSSES = np.logspace(-6, -1, 25), 60 - np.linspace(0, 7, 25) ** 2


def cut_by(function: Callable[..., Sequence[tuple[Array, Array]]]) -> dict[str, Verdict]:
    """The verdicts on a function that cuts series into a list of batches."""
    found = {}
    for name, judge in (("pairs", windows.judge_pairs), ("batches", windows.judge_batches)):
        cuts = []
        for case in windows.series_to_cut(np.random.default_rng(4)):
            items = tuple((x, y) for x, y in function(**case))
            cut = windows._cut(windows.JudgedCase(arguments=case, called=Called(step={}, items=items)))
            assert isinstance(cut, windows.Cut)
            cuts.append(cut)
        found[name] = judge(cuts)
    return found


def batches(
    *, ahead: int = 0, every: int = 1, whole: bool = True, shuffled: bool = True, axis: bool = False
) -> Callable[..., list[tuple[Array, Array]]]:
    """A function that cuts series so."""

    def cut(
        series: Array, window_size: int, batch_size: int, shuffle_buffer: int
    ) -> list[tuple[Array, Array]]:
        starts = np.arange(0, len(series) - window_size - max(ahead, 0), every)
        if shuffled:
            starts = np.random.default_rng(0).permutation(starts)
        groups = [starts[k : k + batch_size] for k in range(0, len(starts), batch_size)]
        groups = groups if whole else [group for group in groups if len(group) == batch_size]
        rows = [np.array([series[s : s + window_size] for s in group]) for group in groups]
        targets = [np.array([series[s + window_size + ahead] for s in group]) for group in groups]
        return [
            (x[..., None] if axis else x, y[:, None] if axis else y)
            for x, y in zip(rows, targets, strict=True)
        ]

    return cut


@pytest.mark.parametrize("axis", [False, True])
def test_right_windows_pass_with_and_without_an_axis(axis: bool) -> None:
    found = cut_by(batches(axis=axis))
    assert {verdict.status for verdict in found.values()} == {Status.PASSED}


@pytest.mark.parametrize(
    ("made", "pairs", "told"),
    [
        (batches(ahead=1), Status.FAILED, "expected one step after"),
        (batches(ahead=-1), Status.FAILED, "within it"),
        (batches(every=2), Status.FAILED, "expected"),
        (batches(whole=False), Status.PASSED, "are left out"),
        (batches(shuffled=False), Status.PASSED, "in the order of the series"),
    ],
)
def test_wrong_windows_lose_the_check_that_is_meant(
    made: Callable[..., object], pairs: Status, told: str
) -> None:
    found = cut_by(made)  # type: ignore[arg-type]
    assert found["pairs"].status is pairs
    assert told in found["pairs" if pairs is Status.FAILED else "batches"].message


def test_sizes_from_elsewhere_cost_the_batches_alone() -> None:
    (case, _) = windows.series_to_cut(np.random.default_rng(4))
    items = tuple((x, y) for x, y in batches()(**{**case, "batch_size": 8}))
    asked = dict(list(case.items())[:2])
    cut = windows._cut(windows.JudgedCase(arguments=asked, called=Called(step={}, items=items)))
    assert isinstance(cut, windows.Cut)
    assert windows.judge_pairs([cut]).status is Status.PASSED
    assert "takes no batch_size" in windows.judge_batches([cut]).message
    call = windows.WAYS[-1].call(ROLES["windowed_dataset"], case)
    assert (len(call.given), dict(call.named)) == (2, {})


def test_too_few_windows_are_charged_once() -> None:
    found = cut_by(batches(every=9))
    assert (found["pairs"].status, found["batches"].status) == (Status.FAILED, Status.PASSED)


def test_one_window_too_many_or_none_is_told() -> None:
    (case, _) = windows.series_to_cut(np.random.default_rng(1))
    for items, words in (
        ((), "nothing"),
        (((np.zeros((2, 8)), np.zeros(2)),), "windows of shape (2, 8)"),
        (((np.zeros(3),),), "1 array"),
        (((np.zeros((2, 8)), np.array([0.0, np.nan])),), "values that are no numbers (nan)"),
    ):
        assert words in str(
            windows._cut(windows.JudgedCase(arguments=case, called=Called(step={}, items=items)))
        )


def told_of(
    forecast: Array, series: Array, others: Sequence[Called], begin: int, *, by_model: bool = False
) -> Verdict:
    """What is said of the forecasts that move."""
    firsts = _first_moves(forecast, series, others, begin, "forecast")
    if isinstance(firsts, Verdict):
        return firsts
    return _of_first_moves(firsts, len(others), lambda: by_model)


def moved(forecaster: Callable[[Array], Array], window: int = 6, *, by_model: bool = False) -> Verdict:
    """The verdict on a forecaster of series."""
    series = np.random.default_rng(2).normal(size=60).cumsum()
    others = []
    for place in (10, 20, 35, 41, 50, 57):
        other = series.copy()
        other[place] += 25
        others.append(Called(step={}, given=(None, other, window), arrays=(forecaster(other),)))
    return told_of(forecaster(series), series, others, window, by_model=by_model)


def rows(series: Array, window: int = 6) -> Array:
    return np.lib.stride_tricks.sliding_window_view(series, window)


def smoothed(series: Array) -> Array:
    return np.convolve(rows(series).mean(axis=1), np.ones(3) / 3, mode="same")


@pytest.mark.parametrize(
    ("forecaster", "status", "told"),
    [
        (lambda series: np.tanh(rows(series) / 9).sum(axis=1), Status.PASSED, "none before"),
        (smoothed, Status.FAILED, "look ahead"),
        (lambda series: rows(series - series.mean()).sum(axis=1), Status.FAILED, "look ahead"),
        (
            lambda series: rows(np.r_[series[:1], series[:-1]]).sum(axis=1),
            Status.FAILED,
            "comes 2 steps after",
        ),
        (lambda series: np.cumsum(np.full(55, series[:6].sum())), Status.FAILED, "moves no forecast"),
    ],
    ids=["honest", "centred mean", "scaled by the whole", "a day late", "recursive"],
)
def test_who_looks_ahead_is_told_by_what_moves(
    forecaster: Callable[[Array], Array], status: Status, told: str
) -> None:
    verdict = moved(forecaster)
    assert (verdict.status, told in verdict.message) == (status, True)


def dull(series: Array) -> Array:
    """The value right before it moves every second forecast too little to be seen."""
    found = rows(series)
    return found[:, :5].sum(axis=1) + (np.arange(len(found)) % 2) * found[:, 5]


@pytest.mark.parametrize(
    ("forecaster", "by_model", "status"),
    [
        (dull, True, Status.PASSED),
        (dull, False, Status.NEEDS_REVIEW),
        (lambda series: rows(series)[:, :4].sum(axis=1), True, Status.PASSED),
        (lambda series: rows(series)[:, :4].sum(axis=1), False, Status.FAILED),
        (smoothed, True, Status.FAILED),  # looks ahead, whatever speaks
    ],
)
def test_a_model_that_hardly_moves_by_the_value_before_is_not_late(
    forecaster: Callable[[Array], Array], by_model: bool, status: Status
) -> None:
    assert moved(forecaster, by_model=by_model).status is status


@pytest.mark.parametrize(
    ("said", "by_model", "another", "due"),
    [
        (passed(""), True, False, Status.PASSED),
        (passed(""), False, False, Status.NEEDS_REVIEW),
        (failed("no"), False, False, Status.FAILED),
        (
            failed("no"),
            False,
            True,
            Status.NEEDS_REVIEW,
        ),  # of a model that nobody trained much or little moves
        (failed("no"), True, True, Status.FAILED),
    ],
)
def test_what_another_model_forecasts_is_for_a_person(
    said: Verdict, by_model: bool, another: bool, due: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_back, "is_by_model", lambda seen, task: by_model)
    monkeypatch.setattr(looking_back, "trained_is_another", lambda seen, task: another)
    monkeypatch.setattr(looking_back, "not_by_model", lambda seen, task: "it is another")
    assert _if_by_model(None, None, said).status is due  # type: ignore[arg-type]


def from_the_split(series: Array) -> Array:
    return rows(series)[40 - 6 :].sum(axis=1)


@pytest.mark.parametrize("beyond", [0, 1])
def test_who_begins_at_the_split_by_itself_is_judged_there(beyond: int) -> None:
    series = np.random.default_rng(2).normal(size=70).cumsum()
    plain = Called(
        step={}, given=(None, series, 6), arrays=(from_the_split(series)[: 30 + beyond].astype("f4"),)
    )
    assert first_day(plain, 6, 40) == 40
    assert first_day(replace(plain, arrays=(plain.arrays[0][:-2],)), 6, 40) is None
    others = []
    for place in (40, 47, 60):
        other = series.copy()
        other[place] += 25
        given = from_the_split(other)[: 30 + beyond]
        others.append(Called(step={}, given=(None, other, 6), arrays=(given,)))
    forecast = from_the_split(series)[: 30 + beyond]
    assert told_of(forecast, series, others, 40).status is Status.PASSED
    short = Called(step={}, given=(None, series[34:], 6), arrays=(forecast,))
    assert told_of(forecast, series, [short], 40).status is Status.FAILED


@pytest.mark.parametrize(
    ("piece", "own", "told"),
    [
        (0.0, 0.0, False),
        (0.0, 5.0, True),  # as the model says, but for the series that is known by heart
        (3.0, 5.0, False),  # scaled in the function, which costs elsewhere
    ],
)
def test_who_says_otherwise_of_the_own_series_alone_is_not_followed(
    piece: float, own: float, told: bool
) -> None:
    numbers = np.random.default_rng(1).normal(size=24) * 9
    beyond = np.r_[numbers + piece * np.arange(24), 1.0]
    assert differs_here_alone(numbers, beyond, numbers, numbers + own) is told


def observed(name: str, question: dict[str, object], answer: dict[str, object]) -> Observation:
    return Observation(probe=name, status=Reply.ANSWERED, question=question, answer=answer)


def seen_of(**curves: Sequence[float]) -> Seen:
    """A notebook in whose sweep these curves were recorded, and that drew its losses over its rates."""
    names = list(curves)
    history = {
        "names": names,
        **{f"curve/{k}": np.asarray(curves[name], dtype="f8") for k, name in enumerate(names)},
    }
    role = ROLES["sweep_history"]
    run = Run(run_id="r", observations={f"history_{role.name}": observed("history", {}, history)})
    return Seen(assignment=SHEET, submission=Submission(student="ada"), run=run)


@pytest.mark.parametrize(
    ("rates", "losses", "status"),
    [
        (RATES, LOSSES, Status.PASSED),
        (RATES[::-1], LOSSES, Status.FAILED),
        (np.full(25, 1e-3), LOSSES, Status.FAILED),
        (np.logspace(-3, -2, 25), LOSSES, Status.FAILED),
        (RATES, np.full(25, 3.0), Status.FAILED),
        (RATES[:-1], LOSSES, Status.FAILED),
    ],
)
@pytest.mark.parametrize("name", ["learning_rate", "lr"])
def test_a_sweep_rises_over_three_powers_of_ten(
    name: str, rates: Array, losses: Array, status: Status
) -> None:
    verdict = judge_sweep(seen_of(**{name: rates, "loss": losses}), ROLES["sweep_history"], 3.0)
    assert verdict.status is status


@pytest.mark.parametrize("judge", [partial(judge_sweep, decades=3.0), judge_sweep_figure, judge_falls])
def test_losses_that_are_typed_in_are_no_record(judge: Callable[[Seen, Role], Verdict]) -> None:
    seen = seen_of(learning_rate=RATES, loss=LOSSES)
    role = ROLES["sweep_history"]
    name = f"history_{role.name}"
    told = seen.run.observations[name]
    unseen = replace(told, answer={**told.answer, "recorded": []})
    run = replace(seen.run, observations={name: unseen, "figures": drawn((RATES, LOSSES))})
    typed = f"# --- cell 4 ---\nlosses = {[float(one) for one in LOSSES]}\n"
    handed_in = replace(seen.submission, source=SourceFacts(text=typed))
    assert judge(replace(seen, run=run, submission=handed_in), role).status is Status.FAILED
    assert judge(replace(seen, run=run), role).status is Status.NEEDS_REVIEW


def test_the_history_of_one_training_is_not_that_of_another() -> None:
    history = History(curves={"loss": LOSSES, "Learning_Rate": RATES})
    sweep = sweep_of(history)
    assert sweep is not None
    assert sweep.best == pytest.approx(RATES[-1])
    assert curve(history, ("accuracy",)) is None
    assert Sweep(rates=RATES, losses=np.where(RATES > 1e-2, np.nan, LOSSES)).best < 1e-2


def test_a_sweep_tells_up_to_which_rate_the_loss_has_not_risen() -> None:
    rates = np.array([1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 1e-1])
    wavering = Sweep(rates=rates, losses=np.array([60.0, 55.0, 20.0, 9.0, 11.0, 12.0, 90.0]))
    assert (wavering.best, wavering.largest) == (1e-3, 1e-2)
    assert Sweep(rates=rates, losses=np.array([60.0, 55, 20, 9, np.nan, np.nan, np.nan])).largest == 1e-3
    assert Sweep(rates=rates, losses=np.array([60.0, 55, 20, 9, 8, 7, 6])).largest == 1e-1


@pytest.mark.parametrize(
    ("losses", "status"), [(LOSSES, Status.PASSED), (LOSSES[::-1], Status.FAILED), ([], Status.FAILED)]
)
def test_a_recorded_loss_falls(losses: Sequence[float], status: Status) -> None:
    assert judge_falls(seen_of(loss=losses), ROLES["sweep_history"]).status is status


def drawn(*lines: tuple[Array, Array], x_scale: str = "log", legend: Sequence[str] = ()) -> Observation:
    """A figure with these lines."""
    answer: dict[str, object] = {"figures": [[{"x_scale": x_scale, "legend": list(legend), "lines": []}]]}
    told = answer["figures"][0][0]["lines"]  # type: ignore[index]
    for k, (x, y) in enumerate(lines):
        answer |= {f"x{k}": np.asarray(x, dtype="f8"), f"y{k}": np.asarray(y, dtype="f8")}
        told.append({"label": "", "x": f"x{k}", "y": f"y{k}"})
    return observed("figures", {}, answer)


def with_figure(seen: Seen, figure: Observation) -> Seen:
    run = Run(run_id="r", observations={**seen.run.observations, "figures": figure})
    return Seen(assignment=SHEET, submission=seen.submission, run=run)


@pytest.mark.parametrize(
    ("lines", "scale", "share"),
    [
        ([(RATES, LOSSES)], "log", 1.0),
        ([(np.log10(RATES), LOSSES)], "linear", 1.0),
        ([(RATES[:-4], LOSSES[:-4])], "log", 1.0),
        ([(RATES, LOSSES)], "linear", 0.5),
        ([(np.arange(25), LOSSES)], "log", 0.0),
        ([(RATES, LOSSES[::-1])], "log", 0.0),
        ([(RATES[:3], LOSSES[:3])], "log", 0.0),
        ([], "log", 0.0),
    ],
)
def test_a_figure_shows_the_sweep_that_was_recorded(
    lines: list[tuple[Array, Array]], scale: str, share: float
) -> None:
    seen = with_figure(seen_of(learning_rate=RATES, loss=LOSSES), drawn(*lines, x_scale=scale))
    assert judge_sweep_figure(seen, ROLES["sweep_history"]).share == share


def repeats_the_last(x: Array) -> Array:
    return x[:, -1]


def test_a_figure_shows_the_series_and_the_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    maker, model, forecast = (ROLES[name] for name in ("make_series", "forecaster", "forecast"))
    assert isinstance(maker, Function)
    assert isinstance(forecast, Function)
    task = Forecasting(maker=maker, model=model, forecast=forecast)  # type: ignore[arg-type]
    series = make_series(1)
    days, truth = np.arange(1100, 1461), series[1100:]
    called = observed(
        "own_series",
        {"steps": [{"given": [], "named": {}}], "items": 0},
        {"steps": [{"kind": "ndarray"}], "r/0.0": series},
    )
    other = np.r_[series[1099:-1]]
    for model_says, lines, legend, due in (
        (repeats_the_last, [(days, truth), (days, other)], ["a", "b"], 1.0),
        (repeats_the_last, [(days, truth), (days, other)], [], 2 / 3),
        (repeats_the_last, [(days, truth), (days, truth)], ["a", "b"], 0.0),
        (repeats_the_last, [(days, truth)], ["a"], 0.0),
        (repeats_the_last, [(days, other)], ["b"], 0.0),
        (None, [(days, truth), (days, other)], ["a", "b"], Status.NEEDS_REVIEW),
        (None, [(days, truth)], ["a"], Status.FAILED),
    ):
        monkeypatch.setattr(drawings, "answering_model_of", lambda seen, task, says=model_says: says)
        run = Run(run_id="r", observations={"own_series": called, "figures": drawn(*lines, legend=legend)})
        seen = Seen(assignment=SHEET, submission=Submission(student="ada"), run=run)
        verdict = judge_forecast_figure(seen, task)
        assert due in (verdict.share, verdict.status)


@pytest.mark.parametrize(
    ("moved", "noise", "by_model"),
    [(0, 0, True), (1, 0, True), (-20, 0, True), (45, 0, False), (0, 3, False)],
)
def test_a_forecast_is_followed_as_far_as_the_model_speaks(moved: int, noise: float, by_model: bool) -> None:
    said = make_series(1)[1100:]
    forecast = np.roll(said, moved)
    forecast[: max(0, moved)] = 40.0
    told = forecast + noise * np.random.default_rng(2).normal(size=len(said))
    assert is_of_some_days(told, said) is by_model
    assert not is_of_some_days(np.full(len(said), 40.0), said)


@pytest.mark.parametrize("remembers", [False, True])
def test_who_answers_once_for_all_series_does_not_forecast_with_the_model(
    remembers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker, model, forecast = (ROLES[name] for name in ("make_series", "forecaster", "forecast"))
    task = Forecasting(maker=maker, model=model, forecast=forecast)  # type: ignore[arg-type]
    plain = make_series(1)[:200]
    pieces = [plain, np.where(np.arange(200) == 90, plain + 25, plain), make_series(2)[:200]]
    said = [piece[19:-1] for piece in (pieces[:1] * 3 if remembers else pieces)]
    steps = [{"given": [{"plain": None}, {"array": f"s{k}"}, {"plain": 20}], "named": {}} for k in range(3)]
    asked = {"steps": steps, "items": 0} | {f"s{k}": piece for k, piece in enumerate(pieces)}
    answer = {"steps": [{}] * 3} | {f"r/{k}.0": one for k, one in enumerate(said)}
    run = Run(run_id="r", observations={"own_forecasts": observed("own_forecasts", asked, answer)})
    seen = Seen(assignment=SHEET, submission=Submission(student="ada"), run=run)
    monkeypatch.setattr(followed, "answering_model_of", lambda seen, task: repeats_the_last)
    assert followed.is_by_model(seen, task)
    assert followed.is_by_model_throughout(seen, task) is not remembers


@pytest.mark.parametrize(("by_model", "status"), [(True, Status.PASSED), (False, Status.NEEDS_REVIEW)])
def test_an_error_of_forecasts_that_no_model_made_is_for_a_person(by_model: bool, status: Status) -> None:
    followed = Followed(forecast=make_series(1), by_model=by_model)
    assert _followed_error(followed, "mae is 1, as forecast gives", 4.0, []).status is status


@pytest.mark.parametrize(
    ("taken", "off", "status"),
    [("", 30.0, Status.FAILED), ("", 0.0, None), ("sweep_model", 30.0, Status.FAILED), (None, 30.0, None)],
    ids=["made anew", "a copy as good", "another was trained", "the trained one"],
)
def test_who_trains_one_model_and_forecasts_with_another_has_no_forecast(
    taken: str | None, off: float, status: Status | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker, model, forecast = (ROLES[name] for name in ("make_series", "forecaster", "forecast"))
    task = Forecasting(maker=maker, model=model, forecast=forecast)  # type: ignore[arg-type]
    series = make_series(1)
    steps = {"steps": [{"given": [], "named": {}}], "items": 0}
    handed = {"given": [{"plain": None}, {"array": "series"}, {"plain": 20}], "named": {}}
    asked = {"steps": [handed], "items": 0, "series": series[1080:]}
    observations = {
        "own_series": observed("own_series", steps, {"steps": [{}], "r/0.0": series}),
        "own_forecasts": observed("own_forecasts", asked, {"steps": [{}], "r/0.0": series[1100:] + off}),
        "keras_model": observed(
            "keras_model", {}, {"taken": {"forecaster": taken}} if taken is not None else {}
        ),
    }
    seen = Seen(
        assignment=SHEET, submission=Submission(student="ada"), run=Run(run_id="r", observations=observations)
    )
    verdict = of_another_model(seen, task, 4.0, 10.0)
    assert (verdict and verdict.status) is status
    # who tells the trained model's error had forecast with it before its name was bound again
    monkeypatch.setattr(handed_in, "error_of_trained", lambda seen, task: 4.0)
    assert of_another_model(seen, task, 4.0, 10.0, told=4.1) is None
    verdict = of_another_model(seen, task, 4.0, 10.0, told=30.0)
    assert (verdict and verdict.status) is status
    loaded = loaded_elsewhere(seen, task, 10.0)  # the same, where the trained model is no good
    assert (loaded and loaded.status) is (Status.NEEDS_REVIEW if taken is not None and not off else None)


def test_a_line_is_a_piece_of_a_curve() -> None:
    assert part_of(LOSSES[2:22], LOSSES) == slice(2, 22)
    assert part_of(LOSSES[:5], LOSSES) is None
    assert part_of(LOSSES + 1, LOSSES) is None


def test_the_series_of_the_template_is_that_of_the_host_which_has_fresh_noise_too() -> None:
    for seed in (1, 7):
        assert np.array_equal(make_series(seed), daily_series(seed))
    fresh = [daily_series(1, np.random.default_rng(k)) for k in (1, 2)]
    assert not np.allclose(fresh[0], fresh[1])
    assert np.abs(np.mean(fresh[0] - make_series(1))) < 1


def test_the_baselines_leave_room_on_every_seed() -> None:
    """What the bar rests on (docs/forecast.md): the best naive forecast is far from the noise."""
    names = ("persistence", "mean of 3", "mean of 5", "mean of the window")
    for seed in range(1, 21):
        series = np.stack([daily_series(seed, np.random.default_rng(seed))])
        cut = np.lib.stride_tricks.sliding_window_view(series[:, 1080:], 21, axis=1).reshape(-1, 21)
        # the noise alone gives 3.2 at most
        assert min(errors_of(cut[:, :-1], cut[:, -1], names).values()) > 7
    assert baseline("mean of the window")(np.array([[1.0, 3.0]])) == pytest.approx([2.0])


def test_the_numbers_of_the_sheet_are_those_of_the_reference() -> None:
    right = {check.id: check.judge for check in SHEET.checks if check.id.startswith("count_")}
    text = (
        Path(__file__).resolve().parents[1] / "assignments" / "time_series_forecast" / "sheet.py"
    ).read_text("utf-8")
    said = {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
    assert {sizes.simple_rnn_model(), sizes.two_way_lstm_model()} <= said
    assert set(right) == {"count_simple", "count_two_way"}
    assert inspect.signature(daily_series).parameters["noise"].default is None


def test_a_forecast_of_other_days_is_charged_once() -> None:
    truth = make_series(1)[1100:]
    forecast = truth + np.random.default_rng(3).normal(size=len(truth))
    late = np.r_[forecast[1:], 50.0]
    off = float(np.abs(late - truth).mean())
    for line, told, is_charged in (
        (late, off, True),
        (late, 1.2, False),  # in the picture alone
        (late, None, False),
        (truth[::-1], float(np.abs(truth[::-1] - truth).mean()), False),  # no forecast of any day
    ):
        assert _is_charged(line, forecast, truth, told) is is_charged


def trained(rows: Array | None) -> Verdict:
    """The verdict on a forecaster that was trained on these windows of the series."""
    given = None if rows is None else rows.astype("f4")
    return judge_days(given, make_series(1), 1100, "SPLIT_TIME")


def windows_of(series: Array, window: int = 20) -> Array:
    return np.lib.stride_tricks.sliding_window_view(series[:-1], window)[:, :, None]


@pytest.mark.parametrize(
    ("scaled", "shift", "window"), [(1.0, 0.0, 20), (0.01, 0.0, 20), (1 / 13.0, -4.1, 28), (0.2, 3.0, 5)]
)
def test_windows_of_the_days_after_the_split_are_found_however_they_are_scaled(
    scaled: float, shift: float, window: int
) -> None:
    series = make_series(1)
    for part, status in (
        (series[:1100], Status.PASSED),
        (series[:1110], Status.PASSED),
        (series, Status.FAILED),
    ):
        rows = np.random.default_rng(1).permutation(windows_of(part, window)) * scaled + shift
        assert trained(rows).status is status
    assert "361 of the 361 days" in trained(windows_of(series)).message


def test_what_is_no_window_of_the_series_is_for_a_person() -> None:
    series = make_series(1)
    for rows in (None, np.diff(windows_of(series), axis=1), windows_of(make_series(2)), np.zeros((3, 20, 1))):
        assert trained(rows).status is Status.NEEDS_REVIEW


@pytest.mark.parametrize(
    ("below", "seen", "status"),
    [
        ("LSTM", 20, None),
        ("LSTM", 1, Status.FAILED),
        ("Conv1D", 1, Status.NEEDS_REVIEW),
        ("Conv1D", 10, None),
    ],
)
def test_recurrent_layers_see_more_than_a_few_steps(below: str, seen: int, status: Status | None) -> None:
    whole = 20 if below == "Conv1D" else seen
    layers = [
        KerasLayer(kind=kind, own=kind, took=np.zeros((2, steps, 1)), gave=np.zeros((2, seen, 3)))
        for kind, steps in ((below, whole), ("LSTM", seen))
    ]
    said = too_few_steps(Chain(layers=tuple(layers), links=()), 20)
    assert (said and said.status) == status
