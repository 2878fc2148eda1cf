"""The gated recurrent unit (Cho et al. 2014), in the four ways in which it is written:

    z = sigmoid(x Wz + h Uz + bz)               update gate
    r = sigmoid(x Wr + h Ur + br)               reset gate
    n = tanh(x Wn + (r * h) Un + bn)            candidate, reset before the product (Cho et al. 2014, v3)
    n = tanh(x Wn + bn + r * (h Un + bn'))      or after the product (the same, v1; cuDNN, Keras, PyTorch)
    h' = z * h + (1 - z) * n                    the update gate keeps (Cho et al. 2014; Keras, PyTorch)
    h' = (1 - z) * h + z * n                    or renews (Chung et al. 2014)

Reset after the product tells the bias bn, outside of the product, from bn' inside; everywhere else only the
sum of biases counts.

The way back, with dh the upstream gradient by h', where the update gate keeps (else z and 1 - z change
places, and dz its sign):

    dz = dh * (h - n)      da_z = dz * z * (1 - z)      dh directly: dh * z
    dn = dh * (1 - z)      da_n = dn * (1 - n^2)        da_r = dr * r * (1 - r)
    before:  dm = da_n Un^T,  dr = dm * h,  dh directly: + dm * r,  and Un gets (r * h)^T da_n
    after:   dr = da_n * (h Un + bn'),  what flows through h Un + bn' is da_n * r
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.rnn.activations import sigmoid
from grader.rnn.family import CellFamily, UpdateRule, Variant
from grader.rnn.flow import Flow, Passed, Saved, StepBack
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.weights import Array, Arrays, PreActivations

GATES = ("update", "reset", "candidate")
UPDATE, RESET, CANDIDATE = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """One of the four ways: whether the reset comes after the recurrent product, and whether the update gate
    keeps or renews."""

    reset_after: bool
    keeps: bool

    @property
    def id(self) -> str:
        """A name for stored verdicts."""
        reset, update = "after" if self.reset_after else "before", "keeps" if self.keeps else "renews"
        return f"gru_reset_{reset}_update_{update}"

    @property
    def update(self) -> str:
        """The equation of the new hidden state."""
        return "h' = z * h + (1 - z) * n" if self.keeps else "h' = (1 - z) * h + z * n"

    @property
    def equations(self) -> str:
        """Those of the new hidden state and the candidate, in one line."""
        inside = "r * (h U)" if self.reset_after else "(r * h) U"
        return (
            f"{self.update}, where the candidate n = tanh(x W + {inside} + b) sees h through the reset gate r"
        )

    @property
    def words(self) -> str:
        """It is a cell ..."""
        return (
            f"that computes a GRU, reset {'after' if self.reset_after else 'before'} the recurrent product,"
            f" {self.update}"
        )

    def candidate(self, z: PreActivations, r: Array, h: Array) -> Array:
        """The pre-activation of the candidate under the reset gate r."""
        if self.reset_after:
            return np.asarray(z.gates[CANDIDATE] + (r - 1) * self.inside(z))
        return np.asarray(z.gates[CANDIDATE] - z.from_hidden[CANDIDATE] + z.product(CANDIDATE, r * h))

    def inside(self, z: PreActivations) -> Array:
        """What a reset after the product multiplies: h Un + bn'."""
        product: Array = z.from_hidden[CANDIDATE] + z.recurrent_biases[CANDIDATE]
        return product

    def mixed(self, u: Array, h: Array, n: Array) -> Array:
        """The new hidden state from update gate, old state and candidate."""
        kept, renewed = self.shares(u)
        return np.asarray(kept * h + renewed * n)

    def shares(self, u: Array) -> tuple[Array, Array]:
        """(what the old state is multiplied by, what the candidate)."""
        return (u, 1 - u) if self.keeps else (1 - u, u)


KEEPS_AFTER = Convention(reset_after=True, keeps=True)  # Keras and PyTorch
CONVENTIONS = (
    KEEPS_AFTER,
    *(Convention(reset_after=a, keeps=k) for a, k in ((False, True), (False, False), (True, False))),
)


def gru_step(convention: Convention) -> UpdateRule:
    """One step. h: [batch, units] -> (h',), [batch, units]."""

    def rule(z: PreActivations, h: Array) -> Arrays:
        u, r = sigmoid(z.gates[UPDATE]), sigmoid(z.gates[RESET])
        n = np.tanh(convention.candidate(z, r, h))
        return (convention.mixed(u, h, n),)

    return rule


def _recorded(convention: Convention, z: PreActivations, h: Array) -> tuple[Arrays, Saved]:
    u, r = sigmoid(z.gates[UPDATE]), sigmoid(z.gates[RESET])
    n = np.tanh(convention.candidate(z, r, h))
    inside = convention.inside(z) if convention.reset_after else z.recurrent_kernels[CANDIDATE]
    return (convention.mixed(u, h, n),), (u, r, n, h, inside)


def _back(convention: Convention, saved: Saved, upstream: Arrays, flow: Flow) -> Passed:
    u, r, n, h, inside = saved
    (dh,) = upstream
    kept, renewed = convention.shares(u)
    by_update = dh * (h - n if convention.keeps else n - h) * u * (1 - u) * flow.passes("update")
    by_candidate = dh * renewed * (1 - n**2) * flow.passes("candidate")
    through = by_candidate * inside if convention.reset_after else by_candidate @ inside.T
    by_reset = (through if convention.reset_after else through * h) * r * (1 - r) * flow.passes("reset")
    by_gates = np.concatenate([by_update, by_reset, by_candidate], axis=1)
    if convention.reset_after:
        by_products = np.concatenate([by_update, by_reset, by_candidate * r], axis=1)
        return Passed(by_gates=by_gates, by_states=(dh * kept,), by_products=by_products)
    return Passed(by_gates=by_gates, by_states=(dh * kept + through * r,), operands={CANDIDATE: r * h})


def _right(convention: Convention) -> Variant:
    return Variant(
        id=convention.id,
        words=convention.words,
        equations=convention.equations,
        rule=gru_step(convention),
        step_back=StepBack(
            record=lambda z, h: _recorded(convention, z, h),
            back=lambda saved, upstream, flow: _back(convention, saved, upstream, flow),
        ),
    )


GRU = CellFamily(
    name="gru",
    words="a GRU",
    title="GRU",
    equations=CONVENTIONS[0].equations,
    hints=(
        (
            MistakePlace.HIDDEN_STATE,
            "Compare the line that computes the new hidden state with h' = z * h + (1 - z) * n",
        ),
        (
            MistakePlace.CANDIDATE,
            (
                "Compare the line that computes the candidate n with the equations: tanh of the part of x, of"
                " the part of h behind the reset gate r, and of the bias"
            ),
        ),
        (MistakePlace.RETURN, "Compare what call() returns with the new hidden state"),
        (MistakePlace.KIND, "The sheet asks for a GRU: an update gate, a reset gate and a candidate"),
        (
            MistakePlace.GATES,
            (
                "Compare what your gates see and their activations with the equations: sigmoid for z and r,"
                " tanh for n, each of x, h and a bias, and h times the reset gate in the candidate alone"
            ),
        ),
    ),
    functions=frozenset({"sigmoid", "tanh"}),
    gates=GATES,
    gate_words=("update gate", "reset gate", "candidate"),
    spellings=(("z", "u", "update"), ("r", "reset"), ("n", "h", "c", "g", "candidate", "new")),
    states=("hidden",),
    rules=tuple(_right(convention) for convention in CONVENTIONS),
    inner_biases=True,
)
