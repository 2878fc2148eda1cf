"""What a student reads before handing in and what the instructor's run says, over the hostile corpus: what an
attack moves in the one it moves in the other, or somebody is misled.

    python -m tests.parity_hostile --keep DIR [--level LEVEL] [--only NAME...] [--minutes N]
                                    run what DIR has no result of; the same line goes on where it stopped

Each attack is laid out with the referee's bait and limits, and run as tests.parity runs an example.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from grader.run import Engine, offer
from tests.parity import Parity, compare, load, save, told
from tests.referee import Bait, hand_in, small_sheet
from tests.submissions.hostile import attacks
from tests.submissions.hostile.entry import LEVELS, Hostile

HOMEWORK = "sum_sequence"


def compared(attack: Hostile, engine: Engine) -> Parity:
    """One attack both ways, in a place of its own."""
    with TemporaryDirectory() as place, Bait(Path(place)) as bait:
        home = Path(place) / "class" / attack.name
        hand_in(home, *bait.laid_out(attack))
        return compare(HOMEWORK, home, engine, limited=small_sheet)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is not there yet, tell what is there; 1 when something differs."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.parity_hostile", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--keep", type=Path, required=True, help="a folder that keeps the results")
    parser.add_argument("--level", choices=LEVELS, default=LEVELS[0])
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    options = parser.parse_args(arguments)
    kept = {
        f"{options.level} {attack.topic} {attack.name}": (attack, _kept(options.keep, options.level, attack))
        for attack in attacks()
        if options.level in attack.levels and (not options.only or attack.name in options.only)
    }
    _run({name: pair for name, pair in kept.items() if not pair[1].is_file()}, options)
    there = {name: load(path) for name, (_, path) in kept.items()}
    results = {name: found for name, found in there.items() if found is not None}
    print("\n".join(told(results, len(kept))))
    return int(any(found.differences() for found in results.values()))


def _kept(keep: Path, level: str, attack: Hostile) -> Path:
    return keep / f"hostile_{level}" / attack.topic / f"{attack.name}.json"


def _run(wanted: dict[str, tuple[Hostile, Path]], options: argparse.Namespace) -> None:
    end = time.monotonic() + 60 * options.minutes
    if not wanted:
        return
    with Engine(offer(options.level)) as engine:
        for name, (attack, path) in wanted.items():
            if time.monotonic() > end:
                return
            found = compared(attack, engine)
            save(path, found)
            words = "; ".join(found.differences()) or "equal"
            print(f"{name}: {words} ({found.runs} runs, {found.seconds:.0f} s)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
