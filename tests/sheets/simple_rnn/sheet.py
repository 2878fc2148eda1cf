"""Homework 8: a Keras SimpleRNN that forecasts the next value of a noisy sine. Written anew from a sheet of
an earlier version."""

from grader import Assignment, Basis, Budget, Level, checks, failed, passed, probes, roles

hw = Assignment(
    "simple_rnn",
    title="Homework 8: a SimpleRNN",
    parameters={"SEQ_LEN": 20, "UNITS": 16, "BATCH_SIZE": 32, "EPOCHS": 5},
    packages=("matplotlib",),
    budget=Budget(steps=600),
    points=15,
)
model = hw.role(roles.model("model", length="SEQ_LEN", answers="numbers"))
train = hw.role(roles.losses("train_losses", of="train"))
layers = probes.keras_model(model)
part = hw.task("1", "The model")


@part.own_check(
    "The SimpleRNN has units*(units+features+1) parameters.",
    points=1,
    basis=Basis.REPORTED,
    asks=layers,
    about=["UNITS"],
    forger_gains="one point, for a description",
)
def rnn_parameters(seen):
    """Of one feature, with the units of the parameter cell."""
    units = int(seen.parameters["UNITS"])
    wanted = units * (units + 1 + 1)
    found = [layer.count for layer in seen[layers].layers if layer.kind == "SimpleRNN"]
    if found != [wanted]:
        return failed(f"the SimpleRNN layers have {found} parameters, expected [{wanted}]")
    return passed(f"It has {wanted}.")


part.check(checks.answers_of_shape(model), points=3, level=Level.PASSED)
part.check(checks.losses_fall(train), points=1)
why = hw.question("vanishing", "Why does the gradient vanish?", template_text="*Write your answer here.*")
part.check(checks.answered(why), points=10, level=Level.OUTSTANDING)
