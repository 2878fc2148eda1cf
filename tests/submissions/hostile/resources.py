"""Memory, disk, and floods of output."""

from functools import partial

from tests.submissions.hostile.entry import hostile

memory, disk, flood = partial(hostile, "memory"), partial(hostile, "disk"), partial(hostile, "floods")

TOLD = """
import os, time
told, tell = os.pipe()
os.set_blocking(told, False)
def took(megabytes): os.write(tell, b"m" * megabytes)  # children say what they hold
def children(many, hoard):
    for _ in range(many):
        if os.fork() == 0:
            try: hoard()
            finally: time.sleep(60); os._exit(0)
    held, end = 0, time.monotonic() + 4.5
    while time.monotonic() < end:
        try: held += len(os.read(told, 1 << 16))
        except BlockingIOError: time.sleep(0.05)
    print("WON" if held > 2200 else "stopped after", held)
"""
PAGE_TABLES = TOLD + """
import ctypes
c = ctypes.CDLL(None)
c.mmap.restype = ctypes.c_void_p
GB = 1 << 30
def read_only(gigabytes):
    for n in range(gigabytes // 4):
        at = c.mmap(None, ctypes.c_size_t(4 * GB), 1, 0x4022, -1, ctypes.c_size_t(0))
        if at in (None, ctypes.c_void_p(-1).value): raise MemoryError("no more to map")
        c.madvise(ctypes.c_void_p(at), ctypes.c_size_t(4 * GB), 15)
        piece = (ctypes.c_char * (4 * GB)).from_address(at)
        for offset in range(0, 4 * GB, 2 << 20): piece[offset]
        took(8)  # one page of a table for 2 MB
"""

ATTACKS = [
    memory("hundred_gigabytes", "Take a hundred gigabytes at once.",
        "import numpy as np\nbig = np.empty(100 << 30, dtype='uint8')\nfor start in range(0, len(big), 1 << 24): big[start:start + (1 << 24)] = 1\nprint('WON')", ends="OUT_OF_MEMORY RAISED"),
    memory("many_small", "Take memory in very many small pieces.",
        "hoard = []\nwhile True: hoard.append([bytearray(1000) for _ in range(1000)])", ends="OUT_OF_MEMORY TIMED_OUT RAISED DIED"),
    memory("family", "Share the hoard among many children, each small.",
        """
import os, time
for _ in range(30):
    if os.fork() == 0:
        hoard = bytearray(os.urandom(1 << 20)) * 150
        time.sleep(60)
        os._exit(0)
time.sleep(3)
"""),
    memory("files_without_a_name", "Keep the hoard in memory files, which no process is charged for.",
        """
import os
taken, handles = 0, []
try:
    while taken < 3000:
        handles.append(os.memfd_create("hoard"))
        for _ in range(100): os.write(handles[-1], bytes(1 << 20))
        taken += 100
finally: print("WON" if taken >= 3000 else "stopped after", taken)
"""),
    memory("system_v", "Keep the hoard in shared memory, which outlives processes.",
        """
import ctypes
c = ctypes.CDLL(None)
c.shmat.restype = ctypes.c_void_p
taken = 0
for _ in range(60):
    number = c.shmget(0, ctypes.c_size_t(50 << 20), 0o1600)
    if number < 0: break
    place = c.shmat(number, None, 0)
    ctypes.memset(place, 1, 50 << 20)
    c.shmdt(ctypes.c_void_p(place))
    taken += 50
print("WON" if taken >= 3000 else "stopped after", taken)
""", flagged=True),
    memory("page_tables", "Have the machine keep gigabytes of tables for memory that is only read.",
        PAGE_TABLES + "read_only(1500)\nprint('WON')", ends="OUT_OF_MEMORY RAISED"),
    memory("page_tables_of_many", "The same with many processes, each with little.",
        PAGE_TABLES + "children(40, lambda: read_only(60))", ends="OUT_OF_MEMORY TIMED_OUT RAISED"),
    memory("socket_buffers", "Keep the hoard in sockets that nobody reads.",
        TOLD + """
import socket
def hoard():
    kept, held = [], 0
    while True:
        pair = socket.socketpair()
        for one in pair:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)
            one.setblocking(False)
            try:
                while True: held += one.send(bytes(50_000))
            except BlockingIOError: pass
        kept.append(pair)
        took(held >> 20)
        held &= (1 << 20) - 1
children(16, hoard)
""", ends="OUT_OF_MEMORY TIMED_OUT RAISED"),
    memory("headless", "Have a process whose first thread has ended, so that the machine tells nothing of it.",
        TOLD + """
import ctypes, threading
def grow():
    kept = []
    while True:
        kept.append(bytearray(os.urandom(1 << 16)) * 800)
        took(50)
        time.sleep(0.05)
def hoard():
    threading.Thread(target=grow).start()
    ctypes.CDLL(None).syscall(60 if os.uname().machine == "x86_64" else 93, 0)  # of this thread alone
children(1, hoard)
""", ends="OUT_OF_MEMORY TIMED_OUT RAISED"),
    memory("own_tables", "Have threads with tables of open files of their own.",
        TOLD + """
import ctypes
c = ctypes.CDLL(None, use_errno=True)
stack = ctypes.create_string_buffer(1 << 16)
nothing = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(lambda _: 0)
if c.clone(c.pause, ctypes.c_void_p(ctypes.addressof(stack) + 60_000 & ~15), 0x10900, None) > 0: print("WON")  # VM, SIGHAND, THREAD
"""),
    memory("guard_first", "Have the machine end the guard when memory runs out, and not those who took it.",
        """
import os, time
for name in ("oom_score_adj", "oom_adj"):
    try: open(f"/proc/self/{name}", "w").write("0" if name == "oom_score_adj" else "-17"); print(name, open(f"/proc/self/{name}").read())
    except OSError as problem: print(problem)
for _ in range(200):
    if os.fork() == 0:
        hoard = bytearray(os.urandom(1 << 20)) * 30
        time.sleep(60)
        os._exit(0)
time.sleep(4)
""", ends="OUT_OF_MEMORY TIMED_OUT RAISED COMPLETED"),
    memory("shared_memory_folder", "Fill the folder of shared memory.",
        "from multiprocessing import shared_memory\nblock = shared_memory.SharedMemory(create=True, size=2 << 30)\nblock.buf[::4096] = bytes(len(block.buf[::4096]))\nprint('WON')"),
    disk("full", "Fill every folder it can write to.",
        """
import os
taken = 0
for folder in (".", "/tmp", "/dev/shm", "/var/tmp", "/run", "/home"):
    try:
        for number in range(12):
            with open(f"{folder}/big{number}", "wb", 0) as file:
                for _ in range(100): taken += file.write(bytes(1 << 20)) >> 20
    except OSError as problem: print(folder, problem)
print("WON" if taken > 1200 else "stopped after", taken)
""", levels=("namespaces",)),
    disk("inodes", "Make files until there can be no more.",
        "import os\nmade = 0\ntry:\n    while made < 60_000:\n        open(f'f{made}', 'w').close(); made += 1\nexcept OSError as problem: print(problem)\nprint('WON' if made >= 60_000 else 'stopped after', made)",
        levels=("namespaces",)),
    disk("log", "Fill the machine's disk through the kernel's own log.",
        "import os\ntaken = 0\nwhile taken < 2000: taken += os.write(2, bytes(1 << 20)) >> 20\nprint('WON')"),
    flood("endless_print", "Print without an end.", "while True: print('x' * 1000)", ends="TIMED_OUT"),
    flood("endless_small", "Print without an end, one character at a time.", "import sys\nwhile True:\n    sys.stdout.write('x'); sys.stdout.flush()", ends="TIMED_OUT"),
    flood("giant_print", "Print half a gigabyte at once.", "print('x' * 500_000_000)", "print('still here')"),
    flood("giant_result", "Have a result whose text is enormous.", "class Big:\n    def __repr__(self): return 'x' * 200_000_000\nBig()",
        "class Big:\n    def _repr_html_(self): return '<p>' * 60_000_000\nBig()"),
    flood("many_displays", "Display things by the ten thousand.", "from IPython.display import display\nfor n in range(20_000): display(n)"),
    flood("rich_displays", "Display scripts, frames, pictures and formulas for whoever opens the report.",
        """
from IPython.display import HTML, IFrame, Javascript, Latex, SVG, Image, display
display(HTML("<script>fetch('http://127.0.0.1:@PORT@/stolen')</script><img src=x onerror=alert(1)>"), Javascript("alert(1)"))
display(IFrame("http://127.0.0.1:@PORT@/", 1, 1), Latex("$" + "\\\\frac" * 100_000 + "$"), SVG("<svg onload='alert(1)'/>"))
display({"application/x-own": {"a": [1] * 100_000}, "image/png": "not base64", "text/plain": ["a", 3]}, raw=True)
display({"image/png": "A" * 5_000_000, "text/html": "x" * 5_000_000}, raw=True)
display({"text/plain": {"deep": 1}}, raw=True)
display({"application/json": float("nan")}, raw=True)
"""),
    flood("terminal_codes", "Move the cursor, clear the screen, and rename the window of whoever reads the output.",
        r"""print("\x1b[2J\x1b[1;1H\x1b]0;owned\x07ALL TESTS PASSED\x9b31m\r\x00\u202e\u2066", "\x1bP\x1b\\", "\a" * 1000)""",
        r"""raise ValueError("\x1b[2J\x1b]0;owned\x07\x00\u202egnorw\r" + "</script><script>alert(1)</script>")"""),
    flood("half_characters", "Print halves of characters, which no file can hold.", r"print('\ud800 half', '\udfff')", r"raise ValueError('\ud800')",
        r"from IPython.display import display; display({'text/plain': '\udc00'}, raw=True)"),
    flood("updates", "Change one display without an end.",
        "from IPython.display import display, clear_output\nhandle = display('x', display_id=True)\nimport time\nend = time.monotonic() + 3\nwhile time.monotonic() < end:\n    handle.update('y' * 10_000); clear_output(wait=True)\n    display('z' * 1000, display_id=str(time.monotonic()))"),
    flood("comms", "Send widgets' messages without an end.",
        """
import time
from ipykernel.comm import Comm
end = time.monotonic() + 3
while time.monotonic() < end:
    comm = Comm(target_name="jupyter.widget", data={"state": {"x": "y" * 1_000_000}}, buffers=[bytes(1_000_000)])
    comm.send({"method": "update", "state": {"x": "z" * 1_000_000}})
"""),
    flood("giant_error", "Raise an error with an enormous message, again and again.",
        "raise ValueError('x' * 100_000_000)",
        """
kernel = get_ipython().kernel
for n in range(300):
    kernel.send_response(kernel.iopub_socket, "error", {"ename": "E", "evalue": "x" * 5_000_000, "traceback": ["y" * 5_000_000]})
"""),
    flood("deep_json", "Display data nested so deep that whoever writes them down gives up.",
        """
from IPython.display import display
for depth in range(40, 980):
    x = 1
    for _ in range(depth): x = [x]
    try: display({"application/json": x, "text/plain": "x"}, metadata={"x": x}, raw=True)
    except RecursionError: pass
""", "x = 1"),
    flood("many_cells", "Fill every one of very many cells with as much as one may hold.", *["print('x' * 2_000_000)"] * 700),
    flood("one_update", "Change a thousand displays by one message.",
        "from IPython.display import display\nfor n in range(2000): display('x', display_id='d')",
        "from IPython.display import update_display\nupdate_display('y' * 1_900_000, display_id='d')", "x = 1"),
    flood("warnings", "Warn and log without an end.", "import warnings, logging\nwarnings.simplefilter('always')\nwhile True:\n    warnings.warn('x' * 500); logging.getLogger().error('y' * 500)", ends="TIMED_OUT"),
]
