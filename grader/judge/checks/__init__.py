"""What a sheet calls: one module per theme. Each function makes a criterion from its parameters, so that
the title, the bar, and what is asked follow from one call: `part.check(checks.accuracy(training,
bar=0.8), points=11)`."""

from typing import TYPE_CHECKING

from grader.lazy import lazily

if TYPE_CHECKING:
    from grader.judge.checks.by_hand.cells import (
        gives_output,
        gives_states,
        makes_weights,
        reads_out,
        step_by_hand,
        weights_by_hand,
    )
    from grader.judge.checks.by_hand.embedding import adds_up, looks_up
    from grader.judge.checks.by_hand.recurrence import recurrence
    from grader.judge.checks.by_hand.sequence_gradients import gives_sequence_gradients
    from grader.judge.checks.by_hand.sequences import gives_sequence
    from grader.judge.checks.by_hand.step_gradients import gives_step_gradients
    from grader.judge.checks.by_hand.steps import gives_step
    from grader.judge.checks.by_hand.unrolled import steps_cells
    from grader.judge.checks.data.data_sets import batches, separate_test_data
    from grader.judge.checks.data.labels import label_of_the_sum
    from grader.judge.checks.data.noise import fresh_noise
    from grader.judge.checks.data.pairs import yields_pairs
    from grader.judge.checks.data.pipeline import generator_pipeline
    from grader.judge.checks.forecast.drawings import draws_forecast, draws_sweep
    from grader.judge.checks.forecast.forecaster import answers_of_shape, beats_baselines
    from grader.judge.checks.forecast.looking_back import looks_back_only
    from grader.judge.checks.forecast.series import beats_by_weights, error_told
    from grader.judge.checks.forecast.split import trained_before
    from grader.judge.checks.forecast.task import Forecasting
    from grader.judge.checks.forecast.windows import window_batches, windows_before_targets
    from grader.judge.checks.functions.bptt import through_time
    from grader.judge.checks.functions.gates import lstm_states
    from grader.judge.checks.functions.parameters_by_hand import counts_parameters, sequence_shapes
    from grader.judge.checks.functions.passes import forward_pass
    from grader.judge.checks.keras_models.builders import (
        builds,
        builds_each,
        returns_sequences_below,
        scales_its_output,
    )
    from grader.judge.checks.keras_models.built import made_of, remembers_by
    from grader.judge.checks.keras_models.by_step import gradient_arrives, norms_by_step
    from grader.judge.checks.keras_models.fitted import Rows, errors_agree, fits_linear_data
    from grader.judge.checks.keras_models.norms_drawn import Shown, norms_plotted
    from grader.judge.checks.keras_models.padding import ignores_padding
    from grader.judge.checks.keras_models.reported import compiled_with, counts_by_formula, layers_are
    from grader.judge.checks.keras_models.sequence_task import SequenceTask
    from grader.judge.checks.keras_models.sequences import (
        LabelledSequences,
        accuracy_on,
        sequences_of,
    )
    from grader.judge.checks.keras_models.updates import steps_like
    from grader.judge.checks.layers.arguments import arguments_explained
    from grader.judge.checks.layers.batch_and_length import any_batch_and_length
    from grader.judge.checks.layers.cell import computes
    from grader.judge.checks.layers.gradients import gradients_reach
    from grader.judge.checks.layers.graph import graph_mode
    from grader.judge.checks.layers.layer import unrolls_its_cell
    from grader.judge.checks.layers.ready_made import nothing_ready_made
    from grader.judge.checks.layers.returned_states import returns_states
    from grader.judge.checks.layers.start_states import zero_states
    from grader.judge.checks.layers.starting_bias import forget_bias
    from grader.judge.checks.quiz.asked import chosen, number
    from grader.judge.checks.shapes.answers import one_answer
    from grader.judge.checks.shapes.counts import parameter_counts
    from grader.judge.checks.shapes.layer_shapes import layer_shapes
    from grader.judge.checks.trained.curves import it_learns, losses_fall
    from grader.judge.checks.trained.histories import (
        blows_up,
        rate_from_sweep,
        recorded_loss_falls,
        sweeps_the_rate,
    )
    from grader.judge.checks.trained.learning import training
    from grader.judge.checks.trained.measured import accuracy
    from grader.judge.checks.trained.plotted import curves_plotted
    from grader.judge.checks.written.asked import answered

__all__ = [
    "Forecasting",
    "LabelledSequences",
    "Rows",
    "SequenceTask",
    "Shown",
    "accuracy",
    "accuracy_on",
    "adds_up",
    "answered",
    "answers_of_shape",
    "any_batch_and_length",
    "arguments_explained",
    "batches",
    "beats_baselines",
    "beats_by_weights",
    "blows_up",
    "builds",
    "builds_each",
    "chosen",
    "compiled_with",
    "computes",
    "counts_by_formula",
    "counts_parameters",
    "curves_plotted",
    "draws_forecast",
    "draws_sweep",
    "error_told",
    "errors_agree",
    "fits_linear_data",
    "forget_bias",
    "forward_pass",
    "fresh_noise",
    "generator_pipeline",
    "gives_output",
    "gives_sequence",
    "gives_sequence_gradients",
    "gives_states",
    "gives_step",
    "gives_step_gradients",
    "gradient_arrives",
    "gradients_reach",
    "graph_mode",
    "ignores_padding",
    "it_learns",
    "label_of_the_sum",
    "layer_shapes",
    "layers_are",
    "looks_back_only",
    "looks_up",
    "losses_fall",
    "lstm_states",
    "made_of",
    "makes_weights",
    "norms_by_step",
    "norms_plotted",
    "nothing_ready_made",
    "number",
    "one_answer",
    "parameter_counts",
    "rate_from_sweep",
    "reads_out",
    "recorded_loss_falls",
    "recurrence",
    "remembers_by",
    "returns_sequences_below",
    "returns_states",
    "scales_its_output",
    "separate_test_data",
    "sequence_shapes",
    "sequences_of",
    "step_by_hand",
    "steps_cells",
    "steps_like",
    "sweeps_the_rate",
    "through_time",
    "trained_before",
    "training",
    "unrolls_its_cell",
    "weights_by_hand",
    "window_batches",
    "windows_before_targets",
    "yields_pairs",
    "zero_states",
]

__getattr__ = lazily(__name__, __file__)
