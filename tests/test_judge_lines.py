"""Lines of the student's code, by what happens there."""

import pytest

from grader.judge.identify.lines import line_of

PLAIN = """# --- cell 1 ---
import tensorflow as tf
# --- cell 3 ---
class LstmCell(tf.keras.layers.Layer):
    def call(self, x, states):
        hidden, cell = states
        cell = f * cell
        cell = cell + i * g
        hidden = o * tf.tanh(cell)
        return hidden, cell

class LSTM_Layer(tf.keras.layers.Layer):
    def call(self, x, states):
        for t in range(5):
            states = self.my_cell(x[:, t], states)
        return states
"""


def cell_with(last):
    return (
        "# --- model.py ---\nclass LSTM_Cell:\n    def call(self, x, states):\n        h = 1\n       "
        f" {last}\n"
    )


@pytest.mark.parametrize(
    ("of_class", "place", "line"),
    [
        ("LSTM_Cell", "cell state", "cell 3, line 5: cell = cell + i * g"),
        ("LSTM_Cell", "hidden state", "cell 3, line 6: hidden = o * tf.tanh(cell)"),
        ("LSTM_Cell", "return", "cell 3, line 7: return hidden, cell"),
        ("LSTM_Layer", "loop", "cell 3, line 11: for t in range(5):"),
        ("LSTM_Layer", "step", "cell 3, line 12: states = self.my_cell(x[:, t], states)"),
    ],
)
def test_the_line_is_found_whatever_the_class_is_called(of_class, place, line):
    assert str(line_of(PLAIN, of_class, place)) == line


def test_a_state_made_in_the_return_is_there():
    assert (
        str(line_of(cell_with("return o * h, c"), "LSTM_Cell", "hidden state"))
        == "model.py, line 4: return o * h, c"
    )


@pytest.mark.parametrize(
    "text", ["", "# --- cell 1 ---\n(\n", cell_with("return states"), cell_with("return h, missing")]
)
def test_where_nothing_can_be_told_nothing_is_said(text):
    assert line_of(text, "LSTM_Cell", "cell state") is None
    assert line_of(text, "LSTM_Cell", "gates") is None
    assert line_of(text, "LSTM_Layer", "loop") is None
