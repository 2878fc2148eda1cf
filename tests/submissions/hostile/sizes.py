"""Numbers and shapes that would keep the host busy: in the parameter cell, and in what an answer says of itself."""

from functools import partial

from tests.submissions.hostile.entry import hostile
from tests.submissions.hostile.messages import ANSWERS, forged

sizes, claims = partial(hostile, "sizes"), partial(hostile, "claims")

TASK = """
import numpy as np
def integration_task(seq_len, num_samples):
    for _ in range(num_samples):
        noise = np.random.normal(size=(seq_len, 1)).astype(np.float32)
        yield noise, np.array([noise.sum() > 0], dtype=np.int32)
"""
DATA = "label_rule noise_is_normal yields_pairs"  # which is right

SAYS = ANSWERS + """
import numpy as np
U, F, ROWS = 5, 4, 32
def look():
    # the sizes that the question asks for
    global U, F
    for name in os.listdir("/proc/self/fd"):
        try:
            if "questions" in os.readlink(f"/proc/self/fd/{name}"):
                data = os.pread(int(name), 1 << 26, 0)
                U, F = json.loads(data[8:8 + struct.unpack("<I", data[4:8])[0]])["value"]["sizes"][0]
        except (OSError, ValueError, KeyError, struct.error): pass
def variable(*shape): return {"path": "p", "name": "", "shape": list(shape), "tracked": True, "trainable": True}
def array(name, values):
    values = np.asarray(values, "<f4")
    return {"name": name, "dtype": "<f4", "shape": list(values.shape)}, values.tobytes()
def one_step(variables, values=()):
    sent = [array(f"eager/{d}/0/{k}", np.random.normal(size=(ROWS, U))) for d in range(4) for k in range(2)]
    sent += [array(f"initial/{k}", value) for k, value in enumerate(values)]
    said = {"units": U, "features": F, "made": "(units)", "call": "(x, (hidden, cell))", "of_layer": False, "takes_states": True,
            "apart": False, "structure": "(tensor, tensor)", "variables": variables}
    write(frame(said, [entry for entry, _ in sent], b"".join(data for _, data in sent)))
    return {"status": "answered", "bytes": 1, "seconds": 0.1}
def model(variables, values):
    sent = [array(f"trained/{k}", value) for k, value in enumerate(values)]
    said = {"variables": variables, "own_cells": [], "dense": [], "shapes": [], "ready_made": [], "errors": {}}
    write(frame(said, [entry for entry, _ in sent], b"".join(data for _, data in sent)))
    return {"status": "answered", "bytes": 1, "seconds": 0.1}
MISSING = {"status": "missing", "missing": ["x"]}
"""


def says(probe: str, answer: str) -> str:
    """A notebook's cell that answers this probe alone."""
    return SAYS + forged(f"(look() or {answer}) if name == '{probe}' else MISSING")


ATTACKS = [
    sizes("features", "Have questions drawn that take 20 GB.", "SEQ_LEN = 100\nBATCH_SIZE = 256\nREAD_IN = 60_000", TASK, wins=DATA),
    sizes("units", "Have questions drawn that no frame can hold, so that we are to blame.", "UNITS = 600_000", TASK, wins=DATA),
    sizes("million_units", "Have a question drawn of 5 GB.", "UNITS = 1_000_000\nSEQ_LEN = 10**15\nBATCH_SIZE = 10**12", TASK, wins=DATA),
    sizes("nothing", "Have us divide by zero.", "BATCH_SIZE = 0\nSEQ_LEN = -1\nEPOCHS = 0\nUNITS = 0.5\nREAD_IN = -(10**18)\nNUM_SAMPLES = 1e308", TASK, wins=DATA),
    sizes("no_numbers", "Have us count with what is no number.", "BATCH_SIZE = True\nSEQ_LEN = 3j\nUNITS = '100'\nREAD_IN = 10**400\nNUM_SAMPLES = 1e999\nEPOCHS = float('nan')", TASK, wins=DATA),
    claims("enormous_variable", "Describe a variable that was never sent, so large that the judge hangs.", says("one_step", "one_step([variable(12_000, 12_000)])")),
    claims("wide_variables", "Describe sixty variables of many numbers each.", says("one_step", "one_step([variable(500, 500)] * 60)")),
    claims("kernels_and_biases", "Describe so many kernels and biases that no search for their places ends.",
        says("one_step", "one_step([variable(U + F, U)] * 3000 + [variable(U)] * 3000)")),
    claims("blocks", "Describe kernels of so many blocks, with their values, that no search for a layout ends.",
        says("one_step", "one_step([variable(U + F, 8 * U)] * 32 + [variable(8 * U)] * 32, [np.zeros((U + F, 8 * U))] * 32 + [np.zeros(8 * U)] * 32)")),
    claims("dense_layers", "Describe a model of thousands of dense layers by hand.",
        says("model", "model([variable(3, 3)] * 4000 + [variable(3)] * 4000, [np.zeros((3, 3))] * 4000 + [np.zeros(3)] * 4000)")),
]  # fmt: skip
