"""The integration task as the course gave it: an LSTM by hand, trained on whether a sum of noise is large.

It is the homework of sum_sequence with more left open: noise, threshold, length, sizes, number of layers and
read-out are the student's own.
"""

from grader import beside, checks

first = beside(__file__, "sum_sequence")
hw = first.hw.extended(
    "integration_task",
    title="Homework 7: the integration task",
    parameters={name: n for name, n in first.hw.parameters.items() if name not in ("READ_IN", "UNITS")},
)

hw.called("1", "The data: noise of your choice, and on which side of a threshold its sum lies.")
hw.instead_of("yields_pairs", checks.yields_pairs(first.source, first.wrapped, two_classes=True))
hw.instead_of("noise_is_normal", checks.fresh_noise(first.source, first.wrapped))
hw.instead_of("label_rule", checks.label_of_the_sum(first.source, first.wrapped, own_threshold=True))
about = ["SEQ_LEN", "NUM_SAMPLES", "BATCH_SIZE"]
hw.instead_of(
    "pipeline_batches",
    checks.batches(
        first.train, first.test, own_sizes=True, about=about, task=first.source, wrapped=first.wrapped
    ),
)

every_or_last = checks.unrolls_its_cell(first.layer, inside=first.model, last_step_alone=True)
hw.instead_of("one_output_per_step", every_or_last)

hw.called("4", "MyModel: read-in layers if you like, one or more LSTM layers, a read-out.")
hw.instead_of("layer_shapes", checks.layer_shapes(first.model, own_sizes=True))
hw.instead_of("parameter_counts", checks.parameter_counts(first.model, own_sizes=True))
hw.instead_of("one_probability", checks.one_answer(first.model, two_classes=True))

hw.instead_of("it_learns", checks.it_learns(first.training, any_loss=True, about=["EPOCHS", "LEARNING_RATE"]))
hw.instead_of("accuracy_80", checks.accuracy(first.training, bar=0.80))
