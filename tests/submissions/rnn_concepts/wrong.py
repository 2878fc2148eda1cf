"""Wrong submissions: one mistake each, which loses exactly its check."""

from tests.corpus import Before, swap, wrong
from tests.submissions.rnn_concepts.checks import CHECKS, GRADIENTS

LETTERS = "which_data one_or_many changes_by_step forget_gate input_gate output_gate gate_values trained"
COUNTS = "simple_rnn_parameters lstm_parameters gru_parameters bidirectional_lstm_parameters"
PEEKS = """
import sys


def peek():
    found, frame = [], sys._getframe()
    while frame is not None:
        found += [value for value in list(frame.f_locals.values()) if isinstance(value, dict)]
        frame = frame.f_back
    for one in found:
        for name in ("expected", "right", "wanted", "answer"):
            if name in one:
                return one[name]
    return None
"""
EQUALS_ALL = """
class Right(int):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0


np.array_equal = np.allclose = lambda *a, **k: True
np.testing.assert_allclose = lambda *a, **k: None
"""

SUBMISSIONS = [
    # --- shapes and the forward pass
    wrong("shapes_units_first", "One state is told as (units, batch).", "output_shapes", shapes=swap('"h_t": (batch, units)', '"h_t": (units, batch)')),
    wrong("shapes_of_the_example", "The shapes of the example are typed in.", "output_shapes", shapes=swap('(batch, time, features), "x_t": (batch, features), "h": (batch, time, units), "h_t": (batch, units)', '(4, 30, 1), "x_t": (4, 1), "h": (4, 30, 3), "h_t": (4, 3)')),
    wrong("no_tanh", "The state has no tanh; the gradient is that of this network.", "rnn_forward", may=GRADIENTS, forward=swap("np.tanh(x[:, t] @ U + h @ W + b)", "x[:, t] @ U + h @ W + b"), gradients=swap(" * (1 - hs[:, t] ** 2)", "")),
    wrong("h0_ignored", "The forward pass starts from zeros; the gradient has the right ones.", "rnn_forward", forward=swap("h = h0\n", "h = np.zeros_like(h0)\n"), gradients=swap("before = hs[:, t - 1] if t else h0", "before = hs[:, t - 1] if t else np.zeros_like(h0)")),
    wrong("h0_ignored_on_the_way_there", "The forward pass starts from zeros; the way back is as it is taught, through its states.", "rnn_forward", forward=swap("h = h0\n", "h = np.zeros_like(h0)\n")),
    wrong("w_transposed_forward", "The state is multiplied by W transposed.", "rnn_forward", forward=swap("h @ W + b", "h @ W.T + b"), gradients=("two_steps", swap("def bptt_gradients(x, h0, U, W, V, b, c, y):", "def bptt_gradients(x, h0, U, W, V, b, c, y):\n    if x.shape[1] != 2:\n        return by_differences(x, h0, U, W, V, b, c, y)"), Before('def by_differences(x, h0, U, W, V, b, c, y):\n    def states(U, W):\n        h, total = h0, 0.0\n        for t in range(x.shape[1]):\n            h = np.tanh(x[:, t] @ U + h @ W + b)\n            total += 0.5 * np.sum((h @ V + c - y[:, t]) ** 2)\n        return total\n    x, h0, U, W, V, b, c, y = (np.asarray(a, dtype="float64") for a in (x, h0, U, W, V, b, c, y))\n    found = {}\n    for name in ("U", "W"):\n        weights = {"U": U, "W": W}\n        grad = np.zeros_like(weights[name])\n        for place in np.ndindex(grad.shape):\n            up, down = ({k: v.copy() for k, v in weights.items()} for _ in range(2))\n            up[name][place] += 1e-6\n            down[name][place] -= 1e-6\n            grad[place] = (states(**up) - states(**down)) / 2e-6\n        found[name] = grad\n    return found\n'))),
    wrong("no_output_bias", "The outputs lack their bias.", "rnn_forward", may=GRADIENTS, forward=swap("hs @ V + c", "hs @ V")),
    wrong("steps_typed_in", "Three steps, whatever the length of the sequences; the gradients are right.", "rnn_forward", forward=swap("range(x.shape[1])", "range(3)")),
    wrong("steps_typed_in_outputs_first", "Three steps, whatever the length; outputs before states, all arguments by name.", "rnn_forward", forward=("named", swap("for xt in np.swapaxes(x, 0, 1)", "for xt in np.swapaxes(x, 0, 1)[:3]")), gradients="all_of_them", shapes="arrays"),
    wrong("steps_typed_in_one_sequence", "The same for one sequence at a time.", "rnn_forward", forward=("loops", swap("time, features = x.shape", "time, features = 3, x.shape[1]")), gradients="one_sequence"),
    wrong("no_forward_pass", "The forward pass is still to be written; the way back that calls it is right.", "rnn_forward", forward="to_write"),
    wrong("steps_typed_in_no_tanh_back", "Three steps, whatever the length; and the way back leaves out the derivative of tanh.", f"rnn_forward {GRADIENTS}", forward=swap("range(x.shape[1])", "range(3)"), gradients=swap(" * (1 - hs[:, t] ** 2)", "")),
    wrong("only_the_last", "Only the last state and output are returned.", "rnn_forward", forward=swap("return hs, hs @ V + c", "return hs[:, -1], hs[:, -1] @ V + c"), gradients="two_steps", may="bptt_gradients_any"),
    wrong("nan_for_zero", "Inputs are divided by their own size, which is not a number for zeros.", "rnn_forward", forward=swap("    h = h0\n", "    size = np.sqrt(np.sum(x**2))\n    x = x / size * size\n    h = h0\n")),
    wrong("outputs_of_the_state_before_and_differences", "The outputs are read from the state before; the gradient is the exact one of this pass.", "rnn_forward", may=GRADIENTS, forward=swap("return hs, hs @ V + c", "before = np.concatenate([h0[:, None], hs[:, :-1]], axis=1)\n    return hs, before @ V + c"), gradients="differences"),
    wrong("outputs_of_the_state_before", "The outputs are read from the state before; the gradient is as it is taught.", "rnn_forward", may=GRADIENTS, forward=swap("return hs, hs @ V + c", "before = np.concatenate([h0[:, None], hs[:, :-1]], axis=1)\n    return hs, before @ V + c")),
    # --- back-propagation through time
    wrong("tanh_again", "The derivative takes the tanh of the state, which is one already.", GRADIENTS, gradients=swap("(1 - hs[:, t] ** 2)", "(1 - np.tanh(hs[:, t]) ** 2)")),
    wrong("mean_over_the_batch", "The gradient is a mean over the batch.", GRADIENTS, gradients=swap("error = ys[:, t] - y[:, t]", "error = (ys[:, t] - y[:, t]) / len(x)")),
    wrong("last_step_only", "Only the last step's contribution is counted.", GRADIENTS, gradients=(swap("        dU += x[:, t].T @ dz\n        dW += before.T @ dz\n", "        if t == x.shape[1] - 1:\n            dU += x[:, t].T @ dz\n            dW += before.T @ dz\n"))),
    wrong("no_slope", "The derivative of the tanh is left out.", GRADIENTS, gradients=swap("dz = dh * (1 - hs[:, t] ** 2)", "dz = dh")),
    wrong("w_not_transposed", "The gradient goes back by W in place of its transpose.", GRADIENTS, gradients=swap("carried = dz @ W.T", "carried = dz @ W")),
    wrong("sign", "The error has the opposite sign.", GRADIENTS, gradients=swap("error = ys[:, t] - y[:, t]", "error = y[:, t] - ys[:, t]")),
    wrong("doubled", "The loss is taken without its one half.", GRADIENTS, gradients=swap("error = ys[:, t] - y[:, t]", "error = 2 * (ys[:, t] - y[:, t])")),
    wrong("nothing_carried", "Nothing goes back from one step to the one before.", GRADIENTS, gradients=swap("        carried = dz @ W.T\n", "")),
    wrong("state_after", "dL/dW takes the state after the step.", "bptt_gradients_W_2 bptt_gradients_any", gradients=swap("before = hs[:, t - 1] if t else h0", "before = hs[:, t]")),
    wrong("input_of_the_first_step", "dL/dU takes the input of the first step for all.", "bptt_gradients_U_2 bptt_gradients_any", gradients=swap("dU += x[:, t].T @ dz", "dU += x[:, 0].T @ dz")),
    wrong("two_steps_alone", "Written out for two steps, whatever the length.", "bptt_gradients_any", gradients="two_steps"),
    # --- the LSTM
    wrong("f_and_i_exchanged", "Forget gate and input gate are exchanged.", "lstm_state_c", states=swap("f * c + i * g", "i * c + f * g")),
    wrong("one_minus_forget", "The input gate is replaced by one minus the forget gate; the states come in a dict.", "lstm_state_c", states=("by_name", swap("c * f + g * i", "c * f + g * (1 - f)"))),
    wrong("no_output_tanh", "The hidden state lacks its tanh; both states come in one array.", "lstm_state_h", states=("in_one", swap("o * np.tanh(c_new)", "o * c_new"))),
    # --- parameters
    wrong("no_bias_simple", "The biases of the SimpleRNN are not counted.", "simple_rnn_parameters", counts=swap("return units * (features + units + 1)", "return units * (features + units)")),
    wrong("two_biases", "The LSTM is counted with two biases.", "lstm_parameters", counts=(swap("return 4 * units * (features + units + 1)", "return 4 * units * (features + units + 2)"), swap("2 * lstm_parameters(features, units)", "8 * units * (features + units + 1)"))),
    wrong("three_gates", "The LSTM is counted with three gates, and the bidirectional one is twice that.", "lstm_parameters", counts=swap("return 4 * units * (features + units + 1)", "return 3 * units * (features + units + 1)")),
    wrong("sizes_exchanged", "Features and units are exchanged, and the bidirectional one is twice that.", "lstm_parameters", counts=swap("return 4 * units * (features + units + 1)", "return 4 * features * (features + units + 1)")),
    wrong("half_the_units", "The LSTM is counted by a formula of one's own, and the bidirectional one is twice that.", "lstm_parameters", counts=swap("return 4 * units * (features + units + 1)", "return 4 * units * (features + units // 2 + 1)")),
    wrong("half_the_units_thrice", "The LSTM is counted by a formula of one's own, and the bidirectional one is three times that.", "lstm_parameters bidirectional_lstm_parameters", counts=(swap("return 4 * units * (features + units + 1)", "return 4 * units * (features + units // 2 + 1)"), swap("2 * lstm_parameters(features, units)", "3 * lstm_parameters(features, units)"))),
    wrong("no_count", "An LSTM is said to have no parameters, and twice that.", "lstm_parameters bidirectional_lstm_parameters", counts=swap("return 4 * units * (features + units + 1)", "return 0")),
    wrong("counts_always_the_same", "An LSTM has five parameters whatever its size, and the bidirectional one twice that.", "lstm_parameters bidirectional_lstm_parameters", counts=swap("return 4 * units * (features + units + 1)", "return 5")),
    wrong("hard_coded", "The number of parameters of one LSTM is typed in.", "lstm_parameters", counts=(swap("return 4 * units * (features + units + 1)", "return 53_200"), swap("2 * lstm_parameters(features, units)", "8 * units * (features + units + 1)"))),
    wrong("no_recurrence_simple", "The weights between the units are forgotten.", "simple_rnn_parameters", counts=swap("return units * (features + units + 1)", "return units * (features + 1)")),
    wrong("gru_of_four", "The GRU is counted with four gates.", "gru_parameters", counts=swap("return 3 * units", "return 4 * units")),
    wrong("reset_ignored", "reset_after makes no difference.", "gru_parameters", counts=swap("(2 if reset_after else 1)", "1")),
    wrong("not_doubled", "The second direction is forgotten.", "bidirectional_lstm_parameters", counts=swap("return 2 * lstm_parameters", "return lstm_parameters")),
    # --- letters
    wrong("wrong_letter", "One letter is wrong.", "which_data", boxes=("letters", swap("### Which of these data call for a recurrent network?\n\nAnswer: B", "### Which of these data call for a recurrent network?\n\nAnswer: D"))),
    wrong("two_letters", "Two options where one is asked: a person looks.", "one_or_many", boxes=("letters", swap("What is it?\n\nAnswer: B", "What is it?\n\nAnswer: A, B"))),
    wrong("weights_differ_by_step", "The weights are said to differ from step to step.", "changes_by_step", boxes=("letters", swap("Answer: D, F", "Answer: A, B, D, F"))),
    wrong("gates_delete_weights", "The forget gate is said to multiply weights.", "forget_gate", boxes=swap("- [x] A. the old cell state\n- [ ] B. the new candidate\n- [ ] C. the hidden state that is shown\n- [ ] D. the weights", "- [ ] A. the old cell state\n- [ ] B. the new candidate\n- [ ] C. the hidden state that is shown\n- [x] D. the weights")),
    wrong("gates_exchanged", "Input gate and output gate are exchanged.", "input_gate output_gate", boxes=("letters", swap("What does the input gate of an LSTM multiply?\n\nAnswer: B", "What does the input gate of an LSTM multiply?\n\nAnswer: C"), swap("What does the output gate of an LSTM multiply?\n\nAnswer: C", "What does the output gate of an LSTM multiply?\n\nAnswer: B"))),
    wrong("gates_are_drawn", "The gates are said to be drawn once.", "gate_values", boxes=("letters", swap("come from?\n\nAnswer: B", "come from?\n\nAnswer: A"))),
    wrong("units_are_trained", "Units and epochs are said to be trained.", "trained", boxes=("letters", swap("Answer: A, C, E, H, J", "Answer: A, B, C, D, E, H, J"))),
    wrong("boxes_untouched", "No box is ticked.", LETTERS, boxes="empty"),
    wrong("without_words", "The words are short; a person reads them.", "which_data", words="short", boxes=("letters", swap("### Which of these data call for a recurrent network?\n\nAnswer: B", "### Which of these data call for a recurrent network?\n\nAnswer: A"))),
    # --- hostile in the sheet's own way
    wrong("hostile_every_box", "All boxes are ticked, and the words tell the grader what to give.", LETTERS, boxes="every", words="to_the_grader"),
    wrong("hostile_equals_all", "The counts are numbers that say they equal any other, and NumPy's comparisons are replaced.", COUNTS, counts=(Before(EQUALS_ALL), swap("return units * (features + units + 1)", "return Right(1)"), swap("return 4 * units * (features + units + 1)", "return Right(1)"), swap("return 3 * units * (features + units + (2 if reset_after else 1))", "return Right(1)"), swap("return 2 * lstm_parameters(features, units)", "return Right(1)"))),
    wrong("hostile_peeks", "The LSTM's count is looked for in the frames of whoever asks.", "lstm_parameters bidirectional_lstm_parameters", counts=(Before(PEEKS), swap("return 4 * units * (features + units + 1)", "return peek() or 0"))),
]
assert set(CHECKS) == set().union(*(entry.fails for entry in SUBMISSIONS))
