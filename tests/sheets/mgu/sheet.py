"""A minimal gated unit (Zhou et al. 2016) by hand: a family of cells that the grader does not know."""

import numpy as np

from grader import Assignment, checks, families, roles


def step(z, h):
    """The forget gate is also what resets."""
    f = 1 / (1 + np.exp(-z.gates[0]))
    n = np.tanh(z.gates[1] - z.from_hidden[1] + z.product(1, f * h))
    return ((1 - f) * h + f * n,)


MGU = families.CellFamily(
    name="mgu",
    words="a minimal gated unit",
    title="MGU",
    equations="h' = (1 - f) * h + f * tanh(x W + (f * h) U + b)",
    hints=(("hidden state", "Compare the line that computes the new hidden state"),),
    functions=frozenset({"tanh", "sigmoid"}),
    gates=("forget", "candidate"),
    gate_words=("forget gate", "candidate"),
    spellings=(("f", "forget"), ("n", "candidate")),
    states=("hidden",),
    rules=(families.Variant(id="mgu", words="that computes a minimal gated unit", rule=step),),
)
hw = Assignment(
    "mgu",
    title="A minimal gated unit by hand",
    parameters={"SEQ_LEN": 6, "BATCH_SIZE": 4, "READ_IN": 3, "UNITS": 5},
    own_layers=True,
)
cell = hw.role(roles.cell("MGU_Cell", family=MGU, units="UNITS", features="READ_IN"))
layer = hw.role(roles.layer("MGU_Layer", cell))
model = hw.role(roles.model("model", layer=layer, made_by="MyModel", length="SEQ_LEN"))

part = hw.task("1", "The unit, step by step, in a model.", after_training=False)
part.check(checks.computes(cell, within=layer), points=5)
part.check(checks.unrolls_its_cell(layer, inside=model), points=3)
part.check(checks.gradients_reach(model), points=2)
