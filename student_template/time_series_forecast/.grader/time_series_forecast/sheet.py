# Made by `grade template`: the checks that run before the deadline. What runs later is not in here.
import numpy as np
from grader import Assignment, Level, checks, roles
EMPTY = '*Write your answer here.*'
LENGTH = 1461
BASELINES = ('persistence', 'mean of 3', 'mean of 5', 'mean of the window')
hw = Assignment('time_series_forecast', title='Homework 9: forecasting a time series', parameters={'SERIES_SEED': 1, 'SPLIT_TIME': 1100, 'WINDOW_SIZE': 20, 'BATCH_SIZE': 32, 'SHUFFLE_BUFFER': 1000, 'SWEEP_EPOCHS': 25, 'EPOCHS': 30}, recognised_by=('windowed_dataset', 'forecaster', 'sweep_history'), packages=('matplotlib', 'tqdm', 'pandas'), withheld_checks=2, withheld_points=2)

def make_series(seed: int, noise: np.random.Generator | None=None) -> np.ndarray:
    """The template's series [time] of a seed; with `noise` the same under other noise."""
    rng, time = (np.random.default_rng(seed), np.arange(LENGTH))
    slope, phase, level = (rng.uniform(0.01, 0.03), rng.uniform(), rng.uniform(2, 4))
    week = rng.standard_normal(7)
    week = 12 * (week - week.mean()) / week.std()
    clean = 40 + slope * time + 15 * np.sin(2 * np.pi * (time / 365 + phase)) + week[time % 7]
    return clean + level * (noise or rng).standard_normal(LENGTH)
maker = hw.role(roles.function('make_series', ['seed']))
windows = hw.role(roles.function('windowed_dataset', ['series', 'window_size', 'batch_size', 'shuffle_buffer']))
shapes = hw.role(roles.function('output_shapes', ['batch', 'time', 'features', 'units']))
simple = hw.role(roles.function('build_simple_rnn', aliases=['create_uncompiled_model']))
stacked = hw.role(roles.function('build_lstm', ['layers', 'bidirectional']))
model = hw.role(roles.model('forecaster', length='WINDOW_SIZE', answers='numbers', aliases=['model']))
forecast = hw.role(roles.function('forecast', ['model', 'series', 'window_size'], aliases=['model_forecast']))
sweep = hw.role(roles.thing('sweep_history', aliases=['lr_history']))
trained = hw.role(roles.thing('forecaster_history', aliases=['history']))
error = hw.role(roles.thing('forecast_mae', aliases=['mae']))
task = checks.Forecasting(make=make_series, maker=maker, model=model)
one_model = checks.asks_models(simple, length='WINDOW_SIZE')
SIX = [{'layers': layers, 'bidirectional': both} for layers in (1, 2, 3) for both in (False, True)]
six_models = checks.asks_models(stacked, length='WINDOW_SIZE', cases=SIX)
part = hw.task('1', 'Windows: the values before, and the value after.', after_training=False)
part.check(checks.windows_before_targets(windows), points=6, level=Level.PASSED)
part.check(checks.window_batches(windows), points=2)
part = hw.task('2', 'The shapes of what goes in and comes out.', after_training=False)
part.check(checks.sequence_shapes(shapes), points=3)
part = hw.task('3', 'The models.', after_training=False)
part.check(checks.builds(simple, one_model, kind='SimpleRNN', units=[40, 40]), points=3, level=Level.PASSED)
part.check(checks.scales_its_output(simple, one_model), points=2)
part.check(checks.builds_each(stacked, six_models, kind='LSTM', units=32), points=4)
part.check(checks.returns_sequences_below(stacked, six_models), points=3, level=Level.PASSED)
part = hw.task('4', 'The learning rate: a sweep.')
part.check(checks.sweeps_the_rate(sweep, decades=3), points=3)
part.check(checks.draws_sweep(sweep), points=2)
part.check(checks.rate_from_sweep(sweep, model), points=1)
part = hw.task('5', 'Training.')
part.check(checks.compiled_with(model, loss='Huber'), points=2)
part.check(checks.recorded_loss_falls(trained), points=1)
part = hw.task('6', 'The forecast.')
part.check(checks.looks_back_only(task, forecast), points=6, level=Level.PASSED)
part.check(checks.beats_by_weights(task, by=0.2, baselines=BASELINES), points=10, level=Level.PASSED)
part.check(checks.error_told(task, error), points=1)
part = hw.task('7', 'The picture.')
part.check(checks.draws_forecast(task), points=3, level=Level.OUTSTANDING)
part = hw.task('8', 'In words', after_training=False)
for key, title in {'why_return_sequences': 'Why do recurrent layers below others return sequences, and the uppermost does not?', 'what_would_leak': 'What would have to go wrong for a forecast to know the future, and how would you notice it?'}.items():
    part.check(checks.answered(hw.question(key, title, template_text=EMPTY)), points=3, level=Level.OUTSTANDING)
