"""Broken submissions. What can go wrong with a file is the same for every homework: see those of sum_sequence."""

from tests.corpus import broken, swap

SUBMISSIONS = [
    broken(
        "stops_in_the_model",
        "An undefined name in the model's call: data, cell and layer still earn their points.",
        "RAISED",
        fails="parameter_counts one_answer accuracy_80",
        may="layer_shapes gradients_reach it_learns graph_mode own_lstm",
        model=swap("self.read_out(hidden[:, -1])", "self.read_out(last_hidden)"),
    ),
]
