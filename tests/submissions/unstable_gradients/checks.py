"""The ids of the checks of unstable_gradients that a program decides, in the order of the sheet."""

CHECKS = (
    "layers_of_exploding_model",
    "steps_of_exploding_model",
    "exploding_history_blows_up",
    "steps_of_clipped_model",
    "error_of_clipped_model",
    "train_mse_test_mse",
    "digits_train",
    "layers_of_simple_rnn",
    "gradient_norms",
    "norms_of_simple_rnn_plotted",
    "layers_of_gated_model",
    "accuracy_of_gated_model",
    "gradient_of_gated_model_arrives",
    "curves_plotted",
)
