"""Messages and answers that no kernel would send. A kernel can always forge its own: that must not be worth anything."""

from functools import partial

from tests.submissions.hostile.entry import hostile

messages, descriptors = partial(hostile, "messages"), partial(hostile, "descriptors")

FORGED = """
import sys, types
kernel = get_ipython().kernel
def content(name):
    return {CONTENT}
async def probe_request(self, stream, ident, parent):
    kernel.session.send(stream, "probe_reply", content(parent["content"]["probe"]), parent, ident=ident)
for kind in type(kernel).__mro__:
    if "probe_request" in vars(kind): kind.probe_request = probe_request
kernel.shell_handlers["probe_request"] = types.MethodType(probe_request, kernel)
"""

ANSWERS = """
import os, json, struct
def answers():
    for name in os.listdir("/proc/self/fd"):
        try:
            if "answers" in os.readlink(f"/proc/self/fd/{name}"): return int(name)
        except OSError: pass
FD = answers()
def frame(value, arrays=(), data=b""):
    header = json.dumps({"value": value, "arrays": list(arrays)}).encode()
    return b"GRF1" + struct.pack("<I", len(header)) + header + data
def write(data):
    os.ftruncate(FD, 0); os.pwrite(FD, data, 0)
"""


def forged(content: str) -> str:
    """A cell that answers every probe with this expression of `name`."""
    return FORGED.replace("{CONTENT}", content)


def sends(channel: str, content: str) -> str:
    """A cell that sends the message `kind`, `content` on a channel of its own kernel."""
    return f"kernel = get_ipython().kernel\nimport sys\nparent = kernel.get_parent()\nfor _ in range(3): kernel.session.send(kernel.{channel}, {content}, parent=parent)"


ODD_FRAMES = ANSWERS + """
SIDE = 1 << 26
def array(name="a", dtype="<f4", shape=(1,)): return {"name": name, "dtype": dtype, "shape": list(shape)}
ODD = [
    frame({}, [array(dtype=["<f4"])], bytes(4)), frame({}, [array(dtype={})], bytes(4)), frame({}, [array(shape=[0] + [SIDE] * 7)]),
    frame({}, [array(shape=[1] * 8)], bytes(4)), frame({}, [array(name="calls"), array(name="calls")], bytes(8)),
    frame({"calls": [[[]]] * 1000, "variables": 7, "units": "x", "kinds": None, "out/0/0/0": "text", "shapes": {"a": 1}}),
    frame({"calls": 1e308, "units": -1, "features": 10**300, "structure": None, "call": [], "numbers": {"model": "nan"}}),
    b"GRF1" + struct.pack("<I", 4_000_000) + b"[" * 4_000_000, b"GRF1" + struct.pack("<I", 30) + b'{"value":{"a":1e999999},"arrays":[]}',
    b"GRF1\\xff\\xff\\xff\\xff", b"", b"PK\\x03\\x04" * 100, frame({"x": "y" * 3_900_000}), frame({}, [array(shape=[16_000_000])], b"\\xff" * 64_000_000),
]
turn = iter(range(10**9))
def odd(name):
    write(ODD[next(turn) % len(ODD)])
    return {"status": "answered", "bytes": 1, "seconds": 0.1}
"""

ATTACKS = [
    messages("says_passed", "Say that everything has passed.",
        "import sys\nprint('ALL TESTS PASSED 60/60'); print('{\"points\": 60, \"status\": \"PASSED\"}', file=sys.stderr)\nopen('outcome.json', 'w').write('{\"outcome\": \"COMPLETED\", \"points\": 60}')\nopen('results.json', 'w').write('{\"score\": 100}')"),
    messages("answered_nothing", "Say that every probe is answered, without an answer.", forged("{'status': 'answered', 'bytes': 10, 'seconds': 0.1}")),
    messages("says_unchanged", "Say that every answer is the same as before.", forged("{'status': 'unchanged'}")),
    messages("says_passed_to_probes", "Answer probes with verdicts.", forged("{'status': 'PASSED', 'points': 60, 'verdict': {'status': 'PASSED'}}")),
    messages("odd_replies", "Answer probes with values of the wrong kind.",
        forged("{'status': ['answered'], 'missing': {'a': 1}, 'error': 'text', 'seconds': float('nan'), 'versions': [1], 'cuts': [{'a': [1] * 1000}] * 1000}")),
    messages("huge_number", "Answer a probe with a number that no float can hold.", forged("{'status': 'answered', 'seconds': 10**400, 'stuck': 'yes', 'versions': {'grader': 'owned', 'tensorflow': '9' * 10000}}")),
    messages("says_dead", "Tell the runner that the kernel is dead or that we are to blame.", forged("{'status': 'dead'}")),
    messages("list_reply", "Answer a probe with a list.", forged("[1, 2, 3]")),
    messages("odd_frames", "Answer probes with frames whose sizes, types and nesting are impossible.", ODD_FRAMES + forged("odd(name)"), wins="own_lstm"),
    messages("idle_too_early", "Say that the cell has finished while it still runs.",
        "import time\nkernel = get_ipython().kernel\nparent = kernel.get_parent()\nkernel.session.send(kernel.iopub_thread, 'status', {'execution_state': 'idle'}, parent=parent, ident=b'status')\nkernel.session.send(kernel.shell_stream if hasattr(kernel, 'shell_stream') else kernel.iopub_socket, 'execute_reply', {'status': 'ok', 'execution_count': 1}, parent=parent)\ntime.sleep(3)", "x = 1"),
    messages("odd_outputs", "Send outputs that lack what an output has, or have it of another kind.",
        sends("iopub_socket", "'stream', {'text': {'a': 1}}"), sends("iopub_socket", "'stream', {'name': 7, 'text': 8}"),
        sends("iopub_socket", "'error', {}"), sends("iopub_socket", "'error', {'ename': None, 'evalue': [], 'traceback': 7}"),
        sends("iopub_socket", "'display_data', {}"), sends("iopub_socket", "'display_data', {'data': [1], 'metadata': 7, 'transient': {'display_id': [1]}}"),
        sends("iopub_socket", "'execute_result', {'data': {'text/plain': None}, 'metadata': {}, 'execution_count': 'x'}"),
        sends("iopub_socket", "'status', {}"), sends("iopub_socket", "'clear_output', {}"), sends("iopub_socket", "'comm_open', {'comm_id': [1]}"),
        sends("iopub_socket", "'update_display_data', {'data': {}, 'metadata': {}, 'transient': 5}"), sends("iopub_socket", "'unheard_of', [1]"), "x = 1"),
    messages("odd_headers", "Send messages whose headers are not what a header is.",
        """
import json, time
kernel = get_ipython().kernel
session, parent = kernel.session, kernel.get_parent()
def send(header, parent, metadata, content, signed=True):
    parts = [text if isinstance(text, bytes) else json.dumps(text).encode() for text in (header, parent, metadata, content)]
    kernel.iopub_socket.send_multipart([b"x", b"<IDS|MSG>", session.sign(parts) if signed else b"bad", *parts])
good = {"msg_id": "a", "msg_type": "stream", "username": "", "session": "", "date": "2026-01-01T00:00:00Z", "version": "5.3"}
for header, above, meta, content in (
    ({}, {}, {}, {}), ([], [], [], []), (good, [1], {}, {}), (good, parent["header"], {}, None), (7, 7, 7, 7), (good, None, None, "text"),
    (good | {"date": 7, "version": "9.9"}, parent["header"], {}, {}), (good | {"msg_type": ["stream"]}, parent["header"], {}, {}),
    (b"not json", b"{}", b"{}", b"{}"), (b"\\xff\\xfe", b"{}", b"{}", b"{}"), (b"[" * 100_000, b"{}", b"{}", b"{}"), (good, parent["header"], {}, b"1" * 5000)):
    send(header, above, meta, content)
send(good, parent["header"], {}, {"name": "stdout", "text": "x"}, signed=False)
kernel.iopub_socket.send_multipart([b"no delimiter"])
kernel.iopub_socket.send_multipart([b"<IDS|MSG>", b""])
kernel.iopub_socket.send_multipart([])
time.sleep(0.5)
""", "x = 1"),
    messages("odd_shell", "The same on the channel of replies.",
        """
import json, types
kernel = get_ipython().kernel
async def probe_request(self, stream, ident, parent):
    for part in (b"[" * 100_000, b"not json", b"\\xff", b"[1]", b"7", b"1" * 5000):
        parts = [part] * 4
        stream.send_multipart([*ident, b"<IDS|MSG>", kernel.session.sign(parts), *parts])
    stream.send_multipart([*ident, b"nothing"])
kernel.shell_handlers["probe_request"] = types.MethodType(probe_request, kernel)
"""),
    messages("other_replies", "Send a flood of replies to questions that nobody asked.",
        """
import types
kernel = get_ipython().kernel
async def probe_request(self, stream, ident, parent):
    for number in range(2000): kernel.session.send(stream, "execute_reply", {"status": "ok", "x": "y" * 1000}, {"msg_id": str(number)}, ident=ident)
    kernel.session.send(stream, "probe_reply", {"status": "missing", "missing": ["x"] * 1000}, parent, ident=ident)
kernel.shell_handlers["probe_request"] = types.MethodType(probe_request, kernel)
"""),
    messages("slow_answers", "Answer each question late, so that all of them last longer than the run may.",
        "import time\ndef slow(name):\n    time.sleep(12)\n    return {'status': 'missing', 'missing': ['x']}" + forged("slow(name) if name else {'status': 'ready'}")),
    messages("large_answers", "Answer each question with as much as one answer may hold.",
        ANSWERS + "DATA = frame({'x': 1}, [{'name': 'a', 'dtype': '|u1', 'shape': [60_000_000]}], bytes(60_000_000))\ndef large(name):\n    write(DATA)\n    return {'status': 'answered', 'bytes': 1}\n" + forged("large(name)")),
    messages("asks_for_input", "Wait for somebody to type.", "name = input('password: ')", "import getpass\ngetpass.getpass()", "import sys\nsys.stdin.read()",
        "kernel = get_ipython().kernel\nkernel._allow_stdin = True\nkernel.raw_input('x')"),
    descriptors("replaced", "Put other things in the place of every open file: pipes, folders, sockets.",
        "import os, socket\nother = [os.pipe()[0], os.open('/', os.O_RDONLY), socket.socketpair()[0].detach(), os.open('/dev/zero', os.O_RDWR)]\nfor number in range(3, 60):\n    if number not in other:\n        try: os.dup2(other[number % 4], number)\n        except OSError: pass", "x = 1"),
    descriptors("closed", "Close every open file.", "import os\nos.closerange(0, 1000)", "x = 1"),
    descriptors("rewriting", "Change and truncate the answers while they are read.",
        ANSWERS + "import threading, random\ndef spoil():\n    while True:\n        os.ftruncate(FD, random.randrange(1000)); os.pwrite(FD, os.urandom(64), random.randrange(100))\nthreading.Thread(target=spoil, daemon=True).start()",
        "def integration_task(seq_len, num_samples):\n    for _ in range(num_samples): yield [[0.0]] * seq_len, [1]", wins="yields_pairs"),  # its honest part, when it misses
    descriptors("enormous_answer", "Make the file of answers enormous.", ANSWERS + "size = 1 << 20\ntry:\n    while size < 1 << 45: os.ftruncate(FD, size); size *= 2\nexcept OSError as problem: print(problem)\nprint('WON' if size > 1 << 33 else size)",
        ANSWERS + "for _ in range(100): os.pwrite(FD, os.urandom(1 << 20), os.fstat(FD).st_size)", forged("{'status': 'answered'}")),
    descriptors("sockets", "Take the host's connections from the kernel's own sockets, and listen in its place.",
        """
import os, socket, threading
for name in os.listdir("/proc/self/fd"):
    try:
        if "socket" in os.readlink(f"/proc/self/fd/{name}"):
            one = socket.socket(fileno=os.dup(int(name)))
            one.setblocking(False)
            try: print("accepted", one.accept())
            except OSError: pass
            one.close()
    except OSError: pass
""", "x = 1"),
    descriptors("shut_sockets", "Shut the kernel's sockets.",
        "import os, socket\nfor name in os.listdir('/proc/self/fd'):\n    try:\n        if 'socket' in os.readlink(f'/proc/self/fd/{name}'): socket.socket(fileno=int(name)).shutdown(2)\n    except OSError: pass", "x = 1"),
]
