"""Run example submissions in real kernels and print how they went: does each do what its sentence says?

    python -m tests.submissions.rehearse              all right and wrong ones (about ten seconds each)
    python -m tests.submissions.rehearse NAME...      these
    python -m tests.submissions.rehearse --keras2 NAME...    under tf-keras

No grader is involved: the notebook runs as it is, except that lines starting with ! or % and those about google.colab are left
out. One more cell then measures the model on new sequences, 125 batches at most. Columns: accuracy against the sign of the sum, the
last of the notebook's own accuracies, parameters, how many variables no gradient reaches (Keras 3 may freeze them), the shape of
an answer, seconds, and the first errors.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from typing import Any

import nbclient
import nbformat

from tests.corpus import Entry, all_submissions, as_file, find, notebook

MARK = "REHEARSED "
MEASURE = f"""
import json
def _measure():
    found = dict(own=None, parameters=None, unreached=None, accuracy=None, shape=None)
    noise = np.random.default_rng(1).standard_normal((4000, SEQ_LEN, 1)).astype("float32")
    labels = noise.sum(axis=(1, 2)) > 0
    found["own"] = float((test_accuracies or [float("nan")])[-1]) if "test_accuracies" in globals() else None
    if "model" in globals():
        starts = range(0, len(noise) - BATCH_SIZE + 1, BATCH_SIZE)
        batches = [np.asarray(model(noise[start : start + BATCH_SIZE])) for start in starts[:125]]
        found["shape"] = list(batches[0].shape)
        answers = np.concatenate([b.reshape(len(b), -1)[:, -1] for b in batches])
        found["accuracy"] = float(np.mean((answers > 0.5) == labels[: len(answers)]))
        found["parameters"] = int(sum(np.prod(v.shape) for v in model.trainable_variables))
        with tf.GradientTape() as tape:
            answer = tf.reduce_sum(model(noise[:BATCH_SIZE]))
        gradients = tape.gradient(answer, model.trainable_variables)
        found["unreached"] = sum(gradient is None or not np.any(gradient) for gradient in gradients)
    return found
print({MARK!r} + json.dumps(_measure()))
"""


def rehearse(entry: Entry) -> dict[str, Any]:
    """What one submission did, as measured by a cell at its end."""
    content = nbformat.v4.upgrade(nbformat.reads(as_file(notebook(entry)), as_version=4))
    for cell in content.cells:
        cell.source = re.sub(r"^(?:[!%]|.*google\.colab|drive\.mount).*\n?", "", cell.source, flags=re.MULTILINE)
    content.cells.append(nbformat.v4.new_code_cell(MEASURE))
    started = time.monotonic()
    nbclient.NotebookClient(content, timeout=300, allow_errors=True, kernel_name="python3").execute()
    outputs = [output for cell in content.cells if cell.cell_type == "code" for output in cell.outputs]
    texts = "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")
    measured = [json.loads(line.removeprefix(MARK)) for line in texts.splitlines() if line.startswith(MARK)]
    errors = [f"{output.ename}: {output.evalue}" for output in outputs if output.output_type == "error"]
    return {**(measured[-1] if measured else {}), "seconds": time.monotonic() - started, "errors": errors}


def line(entry: Entry, seen: dict[str, Any]) -> str:
    """One row of the table."""
    numbers = " ".join(f"{seen[key]:6.3f}" if isinstance(seen.get(key), float) else "     -" for key in ("accuracy", "own"))
    errors = " | ".join(error.splitlines()[0][:150] for error in seen["errors"][:2])
    parameters, unreached, shape = (str(seen.get(key, "-")) for key in ("parameters", "unreached", "shape"))
    return f"{entry.name:24} {numbers} {parameters:>7} {unreached:>4} {shape:>12} {seen['seconds']:5.1f}s  {errors}"


def main() -> int:
    """Rehearse what is named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--keras2", action="store_true", help="under tf-keras, whatever the submission asks for")
    options = parser.parse_args()
    entries = [find(n) for n in options.names] or [e for e in all_submissions() if e.kind != "broken" and not e.write]
    for entry in entries:
        os.environ["TF_USE_LEGACY_KERAS"] = str(int(options.keras2 or entry.runtime == "keras2"))  # kernels inherit it
        print(line(entry, rehearse(entry)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
