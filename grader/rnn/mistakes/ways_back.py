"""Known mistakes of one step back, written by hand: the gradients by (x, *states, kernel, recurrent, bias),
with a piece left out or another in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from grader.rnn.activations import sigmoid
from grader.rnn.lstm import CANDIDATE, FORGET, INPUT, LSTM, OUTPUT
from grader.rnn.simple import SIMPLE
from grader.rnn.weights import Array, Arrays

# (arguments of a step, upstream) -> gradients by the arguments
Back = Callable[[Sequence[Array], Sequence[Array]], Arrays]
WayBack = tuple[str, str, Back]  # id, words that complete "it behaves like one ...", what it gives
BY_WEIGHTS = ("dWx", "dWh", "db")


def _simple(
    arguments: Sequence[Array], upstream: Sequence[Array], *, slope: str = "", transposed: bool = True
) -> Arrays:
    x, h, kernel, recurrent, bias = arguments
    z = x @ kernel + h @ recurrent + bias
    out = np.tanh(z)
    slopes = {
        "": 1 - out**2,
        "none": 1 + 0 * out,
        "unsquared": 1 - out,
        "of_z": 1 - z**2,
        "of_h": 1 - h**2,
        "squared": (1 - out**2) ** 2,
    }
    slopes |= {"of_sigmoid": out * (1 - out), "tanh_again": 1 - np.tanh(out) ** 2}
    return _products(upstream[0] * slopes[slope], x, h, kernel, recurrent if transposed else recurrent.T, ())


def _products(by_z: Array, x: Array, h: Array, kernel: Array, recurrent: Array, others: Arrays) -> Arrays:
    return (by_z @ kernel.T, by_z @ recurrent.T, *others, x.T @ by_z, h.T @ by_z, by_z.sum(axis=0))


OF_SIMPLE = (
    ("no_slope", "that leaves the derivative of the tanh out", "none"),
    ("slope_unsquared", "that takes 1 - h' for the derivative of the tanh, without the square", "unsquared"),
    ("slope_of_z", "that takes 1 - z² for the derivative of the tanh, with z before the tanh", "of_z"),
    ("slope_of_old_state", "that takes the derivative of the tanh at the old state", "of_h"),
    (
        "slope_of_sigmoid",
        "that takes h' (1 - h') for the derivative of the tanh: that of a sigmoid",
        "of_sigmoid",
    ),
    ("tanh_again", "that takes the tanh of h' once more in its derivative", "tanh_again"),
    ("slope_squared", "that multiplies by the derivative of the tanh twice", "squared"),
)


BY_SIMPLE = ("x", "the old state", "Wx", "Wh", "b")


def _simple_but_one(arguments: Sequence[Array], upstream: Sequence[Array], *, place: int) -> Arrays:
    """Right but for one gradient, which takes what comes from above as if there were no tanh."""
    right, without = _simple(arguments, upstream), _simple(arguments, upstream, slope="none")
    return (*right[:place], without[place], *right[place + 1 :])


def _lstm(
    arguments: Sequence[Array],
    upstream: Sequence[Array],
    order: Sequence[int],
    *,
    how: str = "",
    gate: int = -1,
) -> Arrays:
    x, h, c, kernel, recurrent, bias = arguments
    z = np.split(x @ kernel + h @ recurrent + bias, len(order), axis=1)
    i, f, g, o = (
        (np.tanh if k == CANDIDATE else sigmoid)(z[order[k]]) for k in (INPUT, FORGET, CANDIDATE, OUTPUT)
    )
    new = f * c + i * g
    shown = np.tanh(new)
    dh, dc = upstream
    through = {
        "no_tanh_slope": dh * o,
        "no_output_gate": dh * (1 - shown**2),
        "slope_of_c": dh * o * (1 - new**2),
    }.get(how, dh * o * (1 - shown**2))
    total = dc if how == "no_path_through_h" else through if how == "cell_upstream_lost" else dc + through
    by = {
        INPUT: total * g,
        FORGET: total * (new if how == "forget_of_new_c" else c),
        CANDIDATE: total * i,
        OUTPUT: dh * (new if how == "output_of_c" else shown),
    }
    slopes = {INPUT: i * (1 - i), FORGET: f * (1 - f), CANDIDATE: 1 - g**2, OUTPUT: o * (1 - o)}
    if how == "candidate_as_sigmoid":
        slopes[CANDIDATE] = g * (1 - g)
    for k in slopes:
        if how == "no_slopes" or (how == "no_slope_of_gate" and k == gate):
            slopes[k] = 1 + 0 * i
    blocks: list[Array] = [i] * len(order)
    for k, place in enumerate(order):
        blocks[place] = by[k] * slopes[k]
    before = {"no_forget_in_c": total, "c_without_h": dc * f}.get(how, total * f)
    return _products(np.concatenate(blocks, axis=1), x, h, kernel, recurrent, (before,))


OF_LSTM = (
    ("no_path_through_h", "that forgets that h' depends on c'"),
    ("cell_upstream_lost", "that forgets the gradient that comes by c'"),
    ("no_tanh_slope", "that leaves the derivative of the tanh of c' out"),
    ("slope_of_c", "that takes 1 - c'² for the derivative of the tanh of c'"),
    ("no_output_gate", "that leaves the output gate out on the way from h' to c'"),
    ("forget_of_new_c", "that multiplies the forget gate's gradient by the new cell state"),
    ("output_of_c", "that multiplies the output gate's gradient by c' without its tanh"),
    ("candidate_as_sigmoid", "that takes the derivative of a sigmoid for that of the candidate's tanh"),
    ("no_slopes", "that leaves the derivatives of all gates out"),
    ("no_forget_in_c", "that passes the gradient by c' on without the forget gate"),
    ("c_without_h", "that passes on the gradient that came by c', and not the one by h'"),
)


def ways_back(family: str, order: Sequence[int]) -> Iterator[WayBack]:
    """The known mistakes of a family: in all gradients, then in one of them alone."""
    right: Back
    if family == SIMPLE.name:
        right = _simple
        yield from ((name, words, partial(_simple, slope=slope)) for name, words, slope in OF_SIMPLE)
        yield (
            "not_transposed",
            "that goes back by Wh in place of its transpose",
            partial(_simple, transposed=False),
        )
        for place, name in enumerate(BY_SIMPLE):
            yield (
                "no_slope_in_one",
                f"whose gradient by {name}, and no other, leaves the derivative of the tanh out",
                partial(_simple_but_one, place=place),
            )
    elif family == LSTM.name:
        right = partial(_lstm, order=order)
        yield from ((name, words, partial(_lstm, order=order, how=name)) for name, words in OF_LSTM)
        for gate, words in enumerate(LSTM.gate_words):
            yield (
                "no_slope_of_gate",
                f"that leaves the derivative of the {words}'s activation out",
                partial(_lstm, order=order, how="no_slope_of_gate", gate=gate),
            )
    else:
        return
    states = 1 if family == SIMPLE.name else 2
    yield (
        "mean_over_batch",
        "whose gradients by weights are means over the batch",
        _of_weights(right, states, BY_WEIGHTS),
    )
    for name in BY_WEIGHTS:
        yield (
            "mean_over_batch",
            f"whose {name} is the mean over the batch and not the sum",
            _of_weights(right, states, (name,)),
        )
    yield "sign", "with the opposite sign", lambda given, up: tuple(-one for one in right(given, up))


def _of_weights(right: Back, states: int, names: Sequence[str]) -> Back:
    """The gradients of these weights divided by the batch."""

    def back(given: Sequence[Array], upstream: Sequence[Array]) -> Arrays:
        out = list(right(given, upstream))
        for place, name in enumerate(BY_WEIGHTS, states + 1):
            if name in names:
                out[place] = out[place] / len(given[0])
        return tuple(out)

    return back


def right_back(family: str, order: Sequence[int]) -> Back:
    """One step back, right."""
    return _simple if family == SIMPLE.name else partial(_lstm, order=order)
