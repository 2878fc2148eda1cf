"""RNN concepts: shapes, gradients and parameters, by hand and without any training."""

from grader import Assignment, Level, checks, roles

hw = Assignment("rnn_concepts", title="RNN concepts: shapes, gradients, parameters", packages=("matplotlib",))

WEIGHTS = ["x", "h0", "U", "W", "V", "b", "c"]
SIZES = ["features", "units"]
EMPTY = "*Write your answer here.*"  # in the student's template

# --- what a notebook has ------------------------------------------------------------------------------------

output_shapes = hw.role(roles.function("output_shapes", ["batch", "time", "features", "units"]))
rnn_forward = hw.role(roles.function("rnn_forward", WEIGHTS))
bptt_gradients = hw.role(roles.function("bptt_gradients", [*WEIGHTS, "y"]))
lstm_state = hw.role(roles.function("lstm_state", ["f", "i", "g", "o", "c"]))
simple_rnn = hw.role(roles.function("simple_rnn_parameters", SIZES))
lstm = hw.role(roles.function("lstm_parameters", SIZES))
gru = hw.role(roles.function("gru_parameters", [*SIZES, "reset_after"]))
both_ways = hw.role(roles.function("bidirectional_lstm_parameters", SIZES))

# --- what is asked in letters -------------------------------------------------------------------------------

which_data = hw.choice(
    "which_data",
    "Which of these data call for a recurrent network?",
    options=[
        "The ages of a hundred people",
        "The words of a sentence",
        "The colours of shuffled cards",
        "The prices of houses",
    ],
    names=["which_data"],
    template_text=EMPTY,
)
one_or_many = hw.choice(
    "one_or_many",
    "A network reads a review and tells whether it is positive. What is it?",
    options=["One-to-many", "Many-to-one", "Many-to-many, an output at each step", "One-to-one"],
    names=["one_or_many"],
    template_text=EMPTY,
)
changes_by_step = hw.choice(
    "changes_by_step",
    "Which of these differ from step to step of one sequence?",
    options=["U", "W", "V", "the hidden state", "the bias b", "the input"],
    several=True,
    names=["changes_by_step"],
    template_text=EMPTY,
)
TERMS = ["the old cell state", "the new candidate", "the hidden state that is shown", "the weights"]
GATES = {"forget": "forget gate", "input": "input gate", "output": "output gate"}
gates = {
    gate: hw.choice(
        f"{gate}_gate",
        f"What does the {words} of an LSTM multiply?",
        options=TERMS,
        names=[f"{gate}_gate"],
        template_text=EMPTY,
    )
    for gate, words in GATES.items()
}
gate_values = hw.choice(
    "gate_values",
    "Where do the values of the gates come from?",
    options=[
        "They are drawn once and then stay",
        "From the input and the hidden state, at each step anew",
        "They are chosen before training",
        "From the loss",
    ],
    names=["gate_values"],
    template_text=EMPTY,
)
trained = hw.choice(
    "trained",
    "Which of these ten does training change?",
    options=[
        "the kernel",
        "the number of units",
        "the recurrent kernel",
        "the number of epochs",
        "the bias of the forget gate",
        "the batch size",
        "the learning rate",
        "the weights of the read-out",
        "the length of the sequences",
        "the values of an embedding",
    ],
    several=True,
    names=["trained"],
    template_text=EMPTY,
)

# --- what is checked ----------------------------------------------------------------------------------------

part = hw.task("1", "Data", after_training=False)
part.check(checks.chosen(which_data, right="B"), points=0.5, hidden=True)
part.check(checks.chosen(one_or_many, right="B"), points=0.5, hidden=True)

part = hw.task("2", "U, V and W", after_training=False)
part.check(checks.sequence_shapes(output_shapes), points=4, level=Level.PASSED)
part.check(checks.forward_pass(rnn_forward), points=7, level=Level.PASSED)
part.check(checks.chosen(changes_by_step, right="DF"), points=1, hidden=True)

part = hw.task("3", "Back-propagation through time", after_training=False)
part.check(checks.through_time(bptt_gradients, "W", steps=2, along=rnn_forward), points=4, level=Level.PASSED)
part.check(checks.through_time(bptt_gradients, "U", steps=2, along=rnn_forward), points=4, level=Level.PASSED)
part.check(
    checks.through_time(bptt_gradients, "", steps=None, along=rnn_forward), points=2, level=Level.OUTSTANDING
)

part = hw.task("4", "The LSTM", after_training=False)
part.check(checks.lstm_states(lstm_state, "c"), points=2)
part.check(checks.lstm_states(lstm_state, "h"), points=2)
part.check(checks.chosen(gates["forget"], right="A"), points=0.25, hidden=True)
part.check(checks.chosen(gates["input"], right="B"), points=0.25, hidden=True)
part.check(checks.chosen(gates["output"], right="C"), points=0.25, hidden=True)
part.check(checks.chosen(gate_values, right="B"), points=0.25, hidden=True)

part = hw.task("5", "Parameters", after_training=False)
part.check(checks.counts_parameters(simple_rnn, "simple"), points=2)
part.check(checks.counts_parameters(lstm, "lstm"), points=4, level=Level.PASSED)
part.check(checks.counts_parameters(gru, "gru"), points=2)
part.check(checks.counts_parameters(both_ways, "bidirectional lstm", along=lstm), points=2)
part.check(checks.chosen(trained, right="ACEHJ", each=True), points=2, hidden=True)

part = hw.task("6", "In words", after_training=False)
for key, title in {
    "order_of_data": "For which data do you use an RNN, and what would be lost if the order were shuffled?",
    "what_is_bptt": "What is different when an RNN is trained, compared with a network without recurrence?",
    "what_lstm_decides": "What do the gates of an LSTM decide, and why does that help over many steps?",
    "trainable_or_chosen": "Which quantities of an LSTM does training change, and which do you choose?",
}.items():
    part.check(
        checks.answered(hw.question(key, title, template_text=EMPTY)), points=2.5, level=Level.OUTSTANDING
    )
