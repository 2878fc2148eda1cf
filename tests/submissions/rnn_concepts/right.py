"""Right submissions in styles that differ: NumPy, tensors, loops, one sequence at a time, other names, answers in boxes, letters and code."""

from pathlib import Path

import nbformat

from reference.build import ROOT, solution
from tests.corpus import Before, Rename, right, swap

HOME = "rnn_concepts"
README = (Path(__file__).parent / "readme_answers.md").read_text(encoding="utf-8")
IN_CODE = """
which_data = "B"
one_or_many = "b"
changes_by_step = ["D", "F"]
forget_gate, input_gate, output_gate = "A", "B", "C"
answers = {"gate_values": "B", "trained": "A, C, E, H, J"}
"""
OTHER = Rename(
    {
        "output_shapes": "shapes_of_a_layer",
        "rnn_forward": "run_network",
        "bptt_gradients": "back_through_time",
        "lstm_state": "next_state",
        "lstm_parameters": "count_lstm",
        "simple_rnn_parameters": "count_simple_rnn",
        "gru_parameters": "count_gru",
        "bidirectional_lstm_parameters": "count_bidirectional_lstm",
    }
)


def reference_notebook() -> dict:
    """The tutor's solution."""
    return nbformat.from_dict(solution(ROOT / "reference" / HOME))


SUBMISSIONS = [
    right("reference", "The tutor's solution.", notebook=reference_notebook),
    right("numpy", "Matrices of whole batches, boxes ticked."),
    right(
        "tensors",
        "TensorFlow throughout, gradients by its tape, counts from Keras itself.",
        imports="tensorflow",
        shapes="tensor_shapes",
        forward="tensors",
        gradients="tape",
        states="tensors",
        counts="keras",
        boxes="letters",
    ),
    right(
        "loops",
        "One sequence at a time, one unit after the other; the right options in bold.",
        shapes="tuples",
        forward="loops",
        gradients="one_sequence",
        states="hidden_first",
        boxes="bold",
    ),
    right(
        "nested",
        "What comes out are lists of lists of plain numbers; both states of the LSTM in one array.",
        forward="nested",
        states="in_one",
        gradients=(
            swap("hs, ys = rnn_forward(x, h0, U, W, V, b, c)", "hs, ys = map(np.array, rnn_forward(x, h0, U, W, V, b, c))"),
            swap('return {"U": dU, "W": dW}', 'return {"U": dU.tolist(), "W": dW.tolist()}'),
        ),
    ),
    right(
        "named",
        "Arguments by name alone and in another order; outputs before states; gradients of every weight.",
        shapes="arrays",
        forward="named",
        gradients="all_of_them",
        states="by_name",
        counts="arrays",
        boxes="texts",
    ),
    right(
        "in_code",
        "Lists of the steps' arrays; the letters stand in code.",
        imports=Before(IN_CODE),
        forward="lists",
        gradients="of_lists",
        boxes="elsewhere",
    ),
    right(
        "in_readme",
        "All answers stand in README.md, in German.",
        boxes="elsewhere",
        words="in_readme",
        files={"README.md": README},
    ),
    right(
        "in_a_table",
        "A class that keeps the weights, a way back for every pair of steps; one table of letters.",
        forward="of_an_object",
        gradients="every_pair",
        states="by_name",
        boxes="table",
    ),
    right("differences", "The gradients are differences of two losses, which need double precision.", gradients="differences"),
    right(
        "own_names",
        "Every function has a name of the student's own.",
        shapes=OTHER,
        forward=OTHER,
        gradients=OTHER,
        states=OTHER,
        counts=OTHER,
    ),
]
