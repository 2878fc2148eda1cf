"""The ids of the checks of sum_sequence, in the order of the sheet; groups of them that fall together."""

CHECKS = (
    "yields_pairs",
    "noise_is_normal",
    "label_rule",
    "pipeline_batches",
    "separate_test_data",
    "generator_pipeline",
    "returns_states",
    "computes_lstm",
    "forget_bias_one",
    "one_output_per_step",
    "zero_states",
    "any_batch_and_length",
    "layer_shapes",
    "parameter_counts",
    "one_probability",
    "gradients_reach",
    "own_lstm",
    "graph_mode",
    "it_learns",
    "accuracy_80",
    "arguments_explained",
)
ALL = " ".join(CHECKS)
NO_LEARNING = "it_learns accuracy_80"
READ_IN_THE_SOURCE = "generator_pipeline own_lstm graph_mode arguments_explained"
OF_THE_LAYER = "one_output_per_step zero_states any_batch_and_length layer_shapes"
OF_THE_MODEL = f"parameter_counts one_probability gradients_reach {NO_LEARNING}"


def all_but(some: str) -> str:
    """The ids of all other checks."""
    return " ".join(check for check in CHECKS if check not in some.split())
