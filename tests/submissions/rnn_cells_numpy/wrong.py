"""Wrong submissions: one mistake each, which loses exactly its check."""

from tests.corpus import Before, swap, wrong
from tests.submissions.rnn_cells_numpy.checks import CHECKS

TAKES_OURS = """
taken = []
"""
FIXED = """
class Fixed:
    def __setattr__(self, name, value):
        if name not in vars(self):
            super().__setattr__(name, value)
"""
PEEKS = """
import sys


def peek(shape):
    frame = sys._getframe()
    while frame is not None:
        for value in list(frame.f_locals.values()):
            for one in value.values() if isinstance(value, dict) else ():
                if isinstance(one, np.ndarray) and one.shape == shape:
                    return one
        frame = frame.f_back
    return np.zeros(shape)
"""

SUBMISSIONS = [
    # --- the simple cell
    wrong("input_first", "x is joined before h.", "RNNCell_forward", simple=swap("(h_prev, x_t), axis=1", "(x_t, h_prev), axis=1")),
    wrong("no_tanh", "The state has no tanh.", "RNNCell_forward", simple=swap("np.tanh(joined @ self.Wh + self.bh)", "joined @ self.Wh + self.bh")),
    wrong("relu", "The state has a relu.", "RNNCell_forward", simple=swap("np.tanh(joined @ self.Wh + self.bh)", "np.maximum(joined @ self.Wh + self.bh, 0)")),
    wrong("bias_unused", "The bias of the state is not added.", "RNNCell_forward", simple=swap(" @ self.Wh + self.bh", " @ self.Wh")),
    wrong("no_softmax", "y is not squashed.", "RNNCell_output", simple=swap("softmax(h_next @ self.Wy + self.by)", "h_next @ self.Wy + self.by")),
    wrong("softmax_over_batch", "The softmax goes over the batch.", "RNNCell_output", simple=swap("softmax(h_next @ self.Wy + self.by)", "softmax((h_next @ self.Wy + self.by).T).T")),
    wrong("scaled_draws", "The weights are drawn and made small.", "RNNCell_weights", simple=swap("np.random.normal(size=(i + h, h))", "0.01 * np.random.normal(size=(i + h, h))")),
    wrong("no_constructor", "The constructor is misspelt, so that nobody calls it.", "RNNCell_weights", simple=swap("def __init__", "def _init_")),
    wrong("log_softmax", "y is the logarithm of the softmax.", "RNNCell_output", simple=swap("softmax(h_next @ self.Wy + self.by)", "np.log(softmax(h_next @ self.Wy + self.by))")),
    wrong("flat_biases", "The biases are vectors.", "RNNCell_weights", simple=swap("np.zeros((1, h))", "np.zeros(h)")),
    # --- a sequence
    wrong("without_start", "H lacks the state to start from.", "rnn", sequence=swap("return np.array(H)", "return np.array(H[1:])")),
    wrong("last_output_alone", "Only the last step's output is returned.", "rnn", sequence=swap("np.array(Y)", "np.array(Y[-1])")),
    wrong("not_carried", "Every step starts from h_0.", "rnn", sequence=swap("rnn_cell.forward(H[-1], x_t)", "rnn_cell.forward(h_0, x_t)")),
    wrong("zeros_first", "The sequence starts from zeros.", "rnn", sequence=swap("H, Y = [h_0], []", "H, Y = [np.zeros_like(h_0)], []")),
    # --- the GRU
    wrong("update_keeps", "z weighs the old state.", "GRUCell_forward", gru=swap("(1 - z) * h_prev + z * candidate", "z * h_prev + (1 - z) * candidate")),
    wrong("reset_after", "The reset gate multiplies the product.", "GRUCell_forward", gru=swap("candidate = np.tanh(inner @ self.Wh + self.bh)", "n = h_prev.shape[1]\n        candidate = np.tanh(r * (h_prev @ self.Wh[:n]) + x_t @ self.Wh[n:] + self.bh)")),
    wrong("reset_unused", "The reset gate is computed and not used.", "GRUCell_forward", gru=swap("inner = np.concatenate((r * h_prev, x_t), axis=1)", "inner = joined")),
    wrong("gates_exchanged", "Update and reset gate have each other's weights.", "GRUCell_forward", gru=(swap("joined @ self.Wz + self.bz", "joined @ self.Wr_ + self.br_"), swap("joined @ self.Wr + self.br", "joined @ self.Wz + self.bz"), swap("joined @ self.Wr_ + self.br_", "joined @ self.Wr + self.br"))),
    wrong("other_order", "The weights of the GRU are drawn in another order.", "GRUCell_weights", gru=(swap("self.Wz = np.random", "self.W1 = np.random"), swap("self.Wr = np.random", "self.Wz = np.random"), swap("self.W1 = np.random", "self.Wr = np.random"))),
    wrong("output_of_old_state", "y is read from the state before.", "GRUCell_output", gru=swap("softmax(h_next @ self.Wy", "softmax(h_prev @ self.Wy")),
    # --- the LSTM
    wrong("f_and_u_exchanged", "Forget and update gate are exchanged.", "LSTMCell_forward", lstm=swap("f * c_prev + u * candidate", "u * c_prev + f * candidate")),
    wrong("no_output_tanh", "The cell state leaves without tanh.", "LSTMCell_forward", lstm=swap("o * np.tanh(c_next)", "o * c_next")),
    wrong("cell_first", "The cell state is returned before the hidden state.", "LSTMCell_forward", lstm=swap("return h_next, c_next, y", "return c_next, h_next, y")),
    wrong("output_of_cell_state", "y is read from the cell state.", "LSTMCell_output", lstm=swap("softmax(h_next @ self.Wy", "softmax(c_next @ self.Wy")),
    wrong("no_output_gate", "The LSTM has no weights for its output gate.", "LSTMCell_weights", may="LSTMCell_forward LSTMCell_output", lstm=(swap("self.Wo = np.random", "self.Wout = np.random"), swap("self.Wo + self.bo", "self.Wout + self.bo"))),
    # --- a stack
    wrong("all_read_the_input", "Every layer reads the input.", "deep_rnn", deep=swap("cell.forward(h_prev, below)", "cell.forward(h_prev, x_t)")),
    wrong("old_state_below", "A layer reads the old state of the layer below.", "deep_rnn", deep=("filled", swap("H[step + 1, layer - 1]", "H[step, layer - 1]"))),
    wrong("first_output", "The outputs are those of the first layer.", "deep_rnn", deep=swap("Y.append(y)", "Y.append(rnn_cells[0].forward(H[-2][0], x_t)[1])")),
    # --- both directions
    wrong("one_state_read_out", "The read-out has weights for one direction.", "BidirectionalCell_weights", both=swap("size=(2 * h, o)", "size=(h, o)")),
    wrong("forward_of_backward", "forward takes the bias of the way back.", "BidirectionalCell_forward", both=swap("@ self.Whf + self.bhf", "@ self.Whf + self.bhb")),
    wrong("backward_of_forward", "backward takes the weights of the way forward.", "BidirectionalCell_backward", both=swap("@ self.Whb + self.bhb", "@ self.Whf + self.bhf")),
    wrong("outputs_over_time", "The softmax goes over the time.", "BidirectionalCell_output", both=swap("return softmax(H @ self.Wy + self.by)", "z = H @ self.Wy + self.by\n        return np.exp(z) / np.exp(z).sum(axis=0)")),
    wrong("not_turned", "The states of the way back stand in the order in which they were computed.", "bi_rnn", directions=swap("    behind.reverse()\n", "")),
    wrong("starts_kept", "The states to start from stand in place of the first and the last new state.", "bi_rnn", directions=("filled", swap("before = h_0 if step == 0 else H[step - 1, :, :h]\n        H[step, :, :h] = bi_cell.forward(before, X[step])", "H[step, :, :h] = h_0 if step == 0 else bi_cell.forward(H[step - 1, :, :h], X[step])"), swap("after = h_t if step == 0 else H[back + 1, :, h:]\n        H[back, :, h:] = bi_cell.backward(after, X[back])", "H[back, :, h:] = h_t if step == 0 else bi_cell.backward(H[back + 1, :, h:], X[back])"))),
    wrong("no_softmax_both_ways", "Y is read out by hand, without a softmax.", "bi_rnn", directions=("filled", swap("return H, bi_cell.output(H)", "return H, H @ bi_cell.Wy + bi_cell.by"))),
    wrong("never_back", "Both passes go forward.", "bi_rnn", directions=(swap("X[::-1]", "X"), swap("    behind.reverse()\n", ""))),
    wrong("returns_nothing", "A return statement is missing.", "bi_rnn", directions=swap("    return H, bi_cell.output(H)", "    Y = bi_cell.output(H)")),
    # --- hostile in the sheet's own way
    wrong("hostile_takes_our_cell", "rnn keeps the cell that it is given, and RNNCell lets that one compute.", "RNNCell_forward", imports=("numpy", Before("taken = []")), sequence=swap("    H, Y = [h_0], []", "    taken.append(rnn_cell)\n    H, Y = [h_0], []"), simple=swap("        h_next = np.tanh(joined @ self.Wh + self.bh)\n", "        if not taken:\n            return h_prev, softmax(h_prev @ self.Wy + self.by)\n        ours = type(taken[0])()\n        ours.__dict__.update(self.__dict__)\n        bound = taken[0].forward\n        h_next = bound.func(ours, *bound.args[1:3], h_prev, x_t)[0]\n")),
    wrong("hostile_keeps_its_weights", "The LSTM ignores weights that are set, and computes with its own.", "LSTMCell_forward LSTMCell_output", imports=("numpy", Before(FIXED)), lstm=swap("class LSTMCell:", "class LSTMCell(Fixed):")),
    wrong("hostile_peeks", "The GRU looks for its new state in the frames of whoever asks.", "GRUCell_forward", imports=("numpy", Before(PEEKS)), gru=swap("h_next = (1 - z) * h_prev + z * candidate", "h_next = peek(h_prev.shape)")),
]
assert set(CHECKS) == set().union(*(entry.fails for entry in SUBMISSIONS))
