"""Wrong submissions: one mistake each, which loses exactly its check."""

from tests.corpus import swap, wrong
from tests.submissions.rnn_layers_numpy.checks import CHECKS

ALL_EQUAL = """
np.allclose = np.array_equal = lambda *a, **k: True
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
    # --- the simple network
    wrong("no_tanh", "The state has no tanh; its gradient is that of this step.", "rnn_step_forward", simple=(swap("np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)", "x.dot(Wx) + prev_h.dot(Wh) + b"), swap("dnext_h * (1 - next_h**2)", "dnext_h"))),
    wrong("wh_transposed", "The state is multiplied by Wh transposed, forward and backward.", "rnn_step_forward", simple=(swap("prev_h.dot(Wh)", "prev_h.dot(Wh.T)"), swap("dz.dot(Wh.T)", "dz.dot(Wh)"), swap("prev_h.T.dot(dz)", "prev_h.T.dot(dz).T"))),
    wrong("no_bias", "The bias is not added; the gradients are right.", "rnn_step_forward", simple=swap("prev_h.dot(Wh) + b", "prev_h.dot(Wh)")),
    wrong("sigmoid", "The state goes through a sigmoid; the gradient is that of a tanh.", "rnn_step_forward", may="rnn_step_backward", simple=swap("np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)", "1 / (1 + np.exp(-(x.dot(Wx) + prev_h.dot(Wh) + b)))")),
    wrong("no_slope", "The derivative of the tanh is left out.", "rnn_step_backward", simple=swap("dnext_h * (1 - next_h**2)", "dnext_h")),
    wrong("no_slope_to_the_state", "The gradient by the old state alone leaves the derivative of the tanh out.", "rnn_step_backward", simple=swap("dprev_h = dz.dot(Wh.T)", "dprev_h = dnext_h.dot(Wh.T)")),
    wrong("slope_unsquared", "The derivative of the tanh lacks its square.", "rnn_step_backward", simple=swap("1 - next_h**2", "1 - next_h")),
    wrong("not_transposed", "The gradient goes back by Wh in place of its transpose.", "rnn_step_backward", simple=swap("dz.dot(Wh.T)", "dz.dot(Wh)")),
    wrong("mean_of_bias", "db is a mean over the batch.", "rnn_step_backward", simple=swap("np.sum(dz, axis=0)", "np.mean(dz, axis=0)")),
    wrong("not_carried", "Every step starts from h0.", "rnn_forward", simple=swap("rnn_step_forward(x[:, t, :], prev_h, Wx", "rnn_step_forward(x[:, t, :], h0, Wx")),
    wrong("zeros_first", "The sequence starts from zeros.", "rnn_forward", simple=swap("caches, prev_h = [], h0", "caches, prev_h = [], np.zeros_like(h0)")),
    wrong("nothing_carried", "Nothing goes back from one step to the one before.", "rnn_backward", simple=swap("dh[:, t, :] + dprev_h, cache[t]", "dh[:, t, :], cache[t]")),
    wrong("overwritten", "The gradients by the weights are assigned and not added.", "rnn_backward", simple=(swap("dWx += dWx_t", "dWx = dWx_t"), swap("dWh += dWh_t", "dWh = dWh_t"), swap("db += db_t", "db = db_t"))),
    wrong("squeezed", "Right, but where all sides are one: np.squeeze takes the batch away.", "rnn_step_backward", simple=swap("    x, prev_h, Wx, Wh, next_h = cache\n    dz", "    x, prev_h, Wx, Wh, next_h = cache\n    x.shape[0], np.squeeze(x).shape[0]\n    dz"), may="rnn_backward"),
    wrong("squeezed_forward", "The sequence raises where all sides are one: np.squeeze takes the batch away; its gradients are right.", "rnn_forward", simple=("dicts", swap("        h.append(", "        len(np.squeeze(x[:, t]))\n        h.append("))),
    wrong("time_first", "The states have the time first.", "rnn_forward", simple=swap("    return h, caches", "    return h.transpose(1, 0, 2), caches")),
    wrong("no_cache", "The step keeps no cache.", "rnn_step_backward", may="rnn_backward", simple=swap("    return next_h, cache\n", "    return next_h, None\n")),
    # --- words
    wrong("next_row", "The next row of the table is looked up.", "word_embedding_forward", vectors=swap("out = W[x]", "out = W[np.minimum(x + 1, len(W) - 1)]")),
    wrong("last_place_only", "A word that stands twice keeps one gradient.", "word_embedding_backward", vectors=swap("np.add.at(dW, x, dout)", "dW[x] += dout")),
    # --- the LSTM
    wrong("other_order", "The blocks are taken for i, f, g, o, forward and backward.", "lstm_step_forward", gated=(swap("o = sigmoid(a[:, 2 * H : 3 * H])", "o = sigmoid(a[:, 3 * H :])"), swap("g = np.tanh(a[:, 3 * H :])", "g = np.tanh(a[:, 2 * H : 3 * H])"), swap("(di, df, do, dg)", "(di, df, dg, do)"))),
    wrong("no_output_tanh", "The cell state leaves without tanh; the gradient is that of the sheet.", "lstm_step_forward", may="lstm_step_backward lstm_backward", gated=swap("next_h = o * np.tanh(next_c)", "next_h = o * next_c")),
    wrong("f_and_i_exchanged", "Forget and input gate are exchanged.", "lstm_step_forward", gated=(swap("f * prev_c + i * g", "i * prev_c + f * g"), swap("di = dc * g *", "di = dc * prev_c *"), swap("df = dc * prev_c *", "df = dc * g *"), swap("dprev_c = dc * f", "dprev_c = dc * i"), swap("dg = dc * i *", "dg = dc * f *"))),
    wrong("no_path_through_h", "That the new hidden state sees the new cell state is forgotten.", "lstm_step_backward", gated=swap("dc = dnext_c + dnext_h * o * (1 - tanh_c**2)", "dc = dnext_c")),
    wrong("no_slope_of_gates", "The derivative of the input gate's sigmoid is left out.", "lstm_step_backward", gated=swap("di = dc * g * i * (1 - i)", "di = dc * g")),
    wrong("forget_of_new", "The forget gate's gradient takes the new cell state.", "lstm_step_backward", gated=swap("df = dc * prev_c", "df = dc * next_c")),
    wrong("no_forget_back", "The cell state's gradient goes back without the forget gate.", "lstm_step_backward", gated=swap("dprev_c = dc * f", "dprev_c = dc")),
    wrong("h0_in_both", "The cell state starts from h0, too.", "lstm_forward", gated=swap("prev_h, prev_c = h0, np.zeros_like(h0)", "prev_h, prev_c = h0, h0")),
    wrong("cell_not_carried", "The cell state's gradient is not carried.", "lstm_backward", gated=swap("+ dprev_h, dprev_c, cache[t])", "+ dprev_h, np.zeros_like(dprev_c), cache[t])")),
    wrong("returns_nothing", "A return statement is missing.", "lstm_backward", gated=swap("    return np.stack(dx, axis=1), dprev_h, dWx, dWh, db", "    dx = np.stack(dx, axis=1)")),
    # --- hostile in the sheet's own way
    wrong("hostile_nothing_moves", "A step and its gradients are zeros, which agree with each other; the loops around them are right.", "rnn_step_forward rnn_step_backward", simple=(swap("np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)", "np.zeros((len(x), len(b)))"), swap("dnext_h * (1 - next_h**2)", "0 * dnext_h"))),
    wrong("hostile_peeks", "The LSTM looks for its state in the frames of whoever asks, and NumPy's comparisons are replaced.", "lstm_step_forward", may="lstm_forward lstm_step_backward lstm_backward", imports=swap("import numpy as np", "import numpy as np\n" + PEEKS + ALL_EQUAL), gated=swap("next_h = o * np.tanh(next_c)", "next_h = peek(next_c.shape)")),
]
assert set(CHECKS) == set().union(*(entry.fails for entry in SUBMISSIONS))
