"""The ids of the checks of integration_task, in the order of the sheet; groups of them that fall together."""

CHECKS = (
    "yields_pairs",
    "noise_is_random",
    "label_rule",
    "pipeline_batches",
    "separate_test_data",
    "returns_states",
    "computes_lstm",
    "forget_bias_one",
    "zero_states",
    "unrolls_its_cell",
    "any_batch_and_length",
    "layer_shapes",
    "parameter_counts",
    "one_answer",
    "gradients_reach",
    "own_lstm",
    "it_learns",
    "accuracy_80",
    "arguments_explained",
    "graph_mode",
    "generator_pipeline",
)
NO_LEARNING = "it_learns accuracy_80"
