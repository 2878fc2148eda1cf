"""The ids of the checks of gru_by_hand, in the order of the sheet."""

CHECKS = (
    "label_rule",
    "separate_test_data",
    "returns_states",
    "computes_gru",
    "zero_states",
    "one_output_per_step",
    "any_batch_and_length",
    "layer_shapes",
    "parameter_counts",
    "one_probability",
    "gradients_reach",
    "own_gru",
    "it_learns",
    "accuracy_80",
    "arguments_explained",
    "graph_mode",
)
NO_LEARNING = "it_learns accuracy_80"
