"""The ids of the checks of rnn_concepts that a program decides, in the order of the sheet."""

CHECKS = (
    "which_data",
    "one_or_many",
    "output_shapes",
    "rnn_forward",
    "changes_by_step",
    "bptt_gradients_W_2",
    "bptt_gradients_U_2",
    "bptt_gradients_any",
    "lstm_state_c",
    "lstm_state_h",
    "forget_gate",
    "input_gate",
    "output_gate",
    "gate_values",
    "simple_rnn_parameters",
    "lstm_parameters",
    "gru_parameters",
    "bidirectional_lstm_parameters",
    "trained",
)
GRADIENTS = "bptt_gradients_W_2 bptt_gradients_U_2 bptt_gradients_any"
