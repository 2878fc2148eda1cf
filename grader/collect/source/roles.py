"""Names of the sheet that a homework does not define, and what it may have instead: read in the source, by
what it does.

Where several are possible, the kernel takes the first that behaves like it (run/inside/asked/roles.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from grader.assignment import Cell, Class, DataSet, Function, Layer, Model, Numbers, Recorded, Role
from grader.assignment.spelling import other_spellings
from grader.collect.reading.pieces import Piece
from grader.collect.source.by_code import (
    cells_in,
    functions_in,
    layers_in,
    means,
    models_in,
    own_classes,
    tasks_in,
    unrolled_in,
    without_arguments,
)
from grader.collect.source.by_name import DATA, RECORDED
from grader.collect.source.entries import entries
from grader.collect.source.own_code import OwnCode

MOST_TRIED = 6  # names that are tried for one role
MOST_AT_A_GLANCE = 24  # the same for a list of numbers or a data set, which is known at a glance


def possible_names(
    contract: Collection[str],
    roles: Sequence[Role],
    cells: Sequence[Piece],
    modules: Sequence[Piece],
    assigned: Mapping[str, int],
    local: Collection[str] = (),
) -> dict[str, tuple[str, ...]]:
    """Contract name -> names that may be meant, the likeliest first, for every name that the homework does
    not define. `roles`: what the sheet says that stands under some of these names; `local`: names inside its
    functions, such as the model in main()."""
    spelled = other_spellings(contract, tuple(assigned))
    known = dict.fromkeys((*assigned, *local))
    kept = dict.fromkeys(
        name for name in entries((*cells, *modules)) if name.isidentifier() and name not in known
    )
    source = OwnCode(
        cells=cells,
        modules=modules,
        names=tuple(name for name in known if name not in contract),
        entries=tuple(kept),
        spelled=frozenset(spelled.values()),
    )
    declared = {role.name: role for role in roles}
    models = [role.name for role in roles if isinstance(role, Model) and role.name not in assigned]
    lost = {name for piece in (*cells, *modules) for name in piece.lost}
    found = {}
    for wanted in contract:
        role = declared.get(wanted)
        held = isinstance(role, Function) and wanted in local and not source.defines(wanted)
        if (wanted in assigned and not held) or wanted in lost:  # a syntax error is told, nothing else taken
            continue
        aliases = tuple(alias for alias in role.aliases if alias in known) if role is not None else ()
        first = (*aliases, *((spelled[wanted],) if wanted in spelled else ()))
        others = tuple(_look_for(role, source)) if role is not None else ()
        if wanted in models and len(models) > 1:
            others = tuple(name for name in others if means(name, wanted, models))
        most = MOST_AT_A_GLANCE if isinstance(role, Numbers | DataSet) else MOST_TRIED
        if names := tuple(dict.fromkeys((*first, *others)))[:most]:
            found[wanted] = names
    return found


def in_a_function(roles: Sequence[Role], cells: Sequence[Piece], modules: Sequence[Piece]) -> str:
    """The function of the homework that goes through sequences as the sheet's cell would, without any class
    for it; "" where there is none."""
    families = [role.family for role in roles if isinstance(role, Cell)]
    source = OwnCode(cells=cells, modules=modules, names=())
    return next(filter(None, (unrolled_in(source, family.functions) for family in families)), "")


def _look_for(role: Role, source: OwnCode) -> list[str]:
    """What may stand for a role in this homework."""
    match role:
        case Cell():
            return cells_in(source, role.family.functions)
        case Layer():
            return layers_in(source, role.cell.family.functions)
        case Model():
            return models_in(source)
        case DataSet():
            return DATA[role.purpose](source)
        case Numbers(holds=Recorded.OTHER):
            return []
        case Numbers():
            return RECORDED[role.purpose, role.holds](source)
        case Function(hands_on=Function() as handed_on):
            return without_arguments(source, handed_on.name)
        case Function(yields=True):
            return tasks_in(source)
        case Function():
            return functions_in(source, role)
        case Class():
            return own_classes(source, role)
    return []
