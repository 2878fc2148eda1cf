"""What a family of recurrent cells is: its gates, its states and its right rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.rnn.flow import StepBack
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.weights import Array, Arrays

# one step: (pre-activations, *states) -> new states, each [..., batch, units], the hidden state first
UpdateRule = Callable[..., Arrays]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A rule for one step, right or wrong; variants of one id are one diagnosis in different code."""

    id: str
    words: str  # completes "it behaves like a cell ..."
    rule: UpdateRule
    # places of gates that the rule does not look at: a student may not have them
    unused: tuple[int, ...] = ()
    relative: bool = False  # no cell of the family with a mistake, but one with a name of its own
    place: str = MistakePlace.GATES  # where in the code to look
    step_back: StepBack | None = None  # of right rules
    equations: str = ""  # of right rules, where the family's are written in several ways


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFirst:
    """A gate that can be found before the others, since its pre-activation and the states that came back make
    another state that came back: `gives(pre-activation, new states)` is the new state number `state`."""

    gate: int
    state: int
    gives: Callable[[Array, Arrays], Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFamily:
    """A family of recurrent cells. Gates are everywhere in the order of `gates`, states in that of `states`,
    the hidden one first."""

    name: str
    words: str  # "an LSTM"
    title: str  # "LSTM"
    equations: str  # of the new states, in one line
    # a MistakePlace -> what to compare there
    hints: tuple[tuple[str, str], ...]
    functions: frozenset[str]  # activations that occur in it: what a class of this family has in its code
    gates: tuple[str, ...]
    gate_words: tuple[str, ...]  # "forget gate"
    spellings: tuple[tuple[str, ...], ...]  # how the weights of each gate are usually called, in lower case
    states: tuple[str, ...]
    rules: tuple[Variant, ...]  # right somewhere, the likeliest first; a sheet may accept one or any
    # known ones, of a family that a sheet brings along; ours stand in rnn/mistakes
    mistakes: tuple[Variant, ...] = ()
    forget_gate: int | None = None  # which gate code may add a constant to: sigmoid(f + 1)
    inner_biases: bool = False  # whether a rule tells a bias inside of the recurrent product from one outside
    found_first: FoundFirst | None = None

    def equations_by(self, rules: Sequence[str]) -> str:
        """The equations that a sheet asks for which accepts these rules alone; the family's where it accepts
        several."""
        ways = [rule.equations for rule in self.rules if rule.id in rules]
        return ways[0] if len(ways) == 1 and ways[0] else self.equations

    def fed_gates(self, variant: Variant, blocks: int) -> tuple[int, ...] | None:
        """The gates that so many blocks of weights feed: all, or those that the variant uses; None when the
        number fits neither."""
        every = tuple(range(len(self.gates)))
        used = tuple(gate for gate in every if gate not in variant.unused)
        return next((gates for gates in (every, used) if len(gates) == blocks), None)
