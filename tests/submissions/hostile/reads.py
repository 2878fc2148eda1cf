"""Reading what is not theirs."""

from functools import partial

from tests.submissions.hostile.entry import hostile

reads = partial(hostile, "reads")

MEMORY = """
import re
found = 0
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        place = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw.p .* 0 *(\\[heap\\])?$", line)
        if place:
            first, last = int(place[1], 16), int(place[2], 16)
            try:
                memory.seek(first)
                text = memory.read(min(last - first, 300_000_000))
            except OSError:
                continue
            for hit in re.finditer(b"GRADER" + b"-KEY-" + b"[0-9a-f]{32}", text):
                print("WON", hit[0])
"""

ATTACKS = [
    reads("secret", "Read a file of the person who grades.", "print('WON', open('@SECRET@').read())"),
    reads(
        "shadow",
        "Read the machine's password hashes and host keys.",
        "print('WON', open('/etc/shadow').read())",
        "import glob\nfor path in glob.glob('/etc/ssh/*key') + glob.glob('/' + 'root/.ssh/*'): print('WON', open(path).read())",
        "import os\nprint(['WON'] * any(name in os.listdir('/root') for name in ('.ssh', '.bashrc', '.profile')))",
    ),
    reads(
        "other_submissions",
        "Read what other students handed in.",
        "import os\nfor folder, _, names in os.walk('@OTHERS@'):\n    for name in names: print('WON', open(os.path.join(folder, name)).read())",
        "import os\nprint('WON', os.listdir(os.path.dirname('@OTHERS@')))",
    ),
    reads(
        "search_the_disk",
        "Look through the whole disk for sheets, gradebooks, questions and reference solutions.",
        """
import os, time
end = time.monotonic() + 3
for top, folders, names in os.walk("/"):
    if time.monotonic() > end: break
    folders[:] = [name for name in folders if os.path.join(top, name) not in ("/proc", "/usr/share", "/sys")]
    for name in names:
        if name in ("gradebook.sqlite", "rubric.yaml", "course.toml") or name.endswith(".frame"): print("WON", top, name)
        if name == "sheet.py" and "Assignment(" in open(os.path.join(top, name)).read(): print("WON", top, name)
""",
    ),
    reads(
        "watch_programs",
        "Be told which programs the machine starts, by watching their files.",
        """
import ctypes, os, subprocess, time
c = ctypes.CDLL(None, use_errno=True)
watch = c.inotify_init1(os.O_NONBLOCK)
if watch >= 0:
    for folder in (b"/usr/bin", b"/usr/lib", b"/tmp", b"/etc", b"/bin/sh"): c.inotify_add_watch(watch, folder, 0x20)
    time.sleep(3)
    print("WON", os.read(watch, 100_000))
""",
        """
import ctypes
c = ctypes.CDLL(None, use_errno=True)
if c.fanotify_init(0, 0) >= 0 or c.inotify_init() >= 0: print("WON")
""",
    ),
    reads(
        "import_the_grader",
        "Import the grader, the sheet or the reference solution and ask them for the answers.",
        "import grader.rnn.weights as them\nprint('WON', them.__file__)",
        "import reference\nprint('WON', list(reference.__path__))",
        "import assignments\nprint('WON', list(assignments.__path__))",
        "import importlib.metadata as metadata\nprint('WON', metadata.distribution('rnn-grader').locate_file('grader/judge/checks/lstm.py').read_text())",
    ),
    reads(
        "load_by_path",
        "Load the grader's own code by its path, which the machine's list of mounts and a .pth file give away.",
        "print('WON', open('@PACKAGE@/rnn/weights.py').read())",
        "print('WON', open('@PACKAGE@/run/inside/serve.py').read())",
        """
import os
for line in open("/proc/self/mountinfo"):
    place = line.split()[3]
    if "site-packages" in os.listdir(place): continue
    for name in ("grader", "assignments", "reference"):
        if os.path.isdir(os.path.join(place, name)): print("WON", os.listdir(os.path.join(place, name)))
""",
        """
import glob, re, sysconfig
for path in glob.glob(sysconfig.get_paths()["purelib"] + "/__editable__*"):
    for place in re.findall(r"'(/[^']*/grader)'", open(path).read()):
        print("WON", open(place + "/judge/lstm.py").read())
""",
    ),
    reads(
        "hunt_in_memory",
        "Find the grader's modules and its key among the objects that the kernel was forked with.",
        "import gc, types\nfor thing in gc.get_objects():\n    if isinstance(thing, types.ModuleType) and thing.__name__.startswith(('grader', 'nbclient')): print('WON', thing)",
        "import sys\nprint([name for name in sys.modules if 'inside' in name or 'isolation' in name])",
        flagged=True,
    ),
    reads("scan_own_memory", "Search every byte of its own process for the key that draws the questions.", MEMORY),
    reads(
        "other_processes",
        "Read the environment, the memory map or the files of another process.",
        """
import os
for pid in [int(name) for name in os.listdir("/proc") if name.isdigit()] + [@HOST@, os.getppid(), 1]:
    if pid != os.getpid():
        for name in ("environ", "maps", "mem"):
            try:
                print("WON", pid, open(f"/proc/{pid}/{name}", "rb").read(100))
            except OSError: pass
        for way in ("root@SECRET@", "cwd/../..", "fd"):
            try:
                print("WON", pid, os.listdir(f"/proc/{pid}/{way}"))
            except OSError: pass
""",
    ),
    reads(
        "environment",
        "Find a secret among the environment variables.",
        "import os\nprint(dict(os.environ), open('/proc/self/environ').read())\nassert 'COURSE_SECRET' not in os.environ\nopen('/proc/1/environ').read()",
    ),
    reads(
        "open_folders",
        "Climb out of the box through a folder that was left open.",
        """
import os, stat
for name in os.listdir("/proc/self/fd"):
    try:
        if stat.S_ISDIR(os.fstat(int(name)).st_mode) and "fd" not in os.readlink(f"/proc/self/fd/{name}"):
            print("WON", os.listdir(int(name)))
    except OSError: pass
""",
        """
import os
for depth in range(1, 9):
    path = "/proc/self/cwd/" + "../" * depth
    if os.path.exists(path + "@SECRET@"[1:]): print("WON", open(path + "@SECRET@"[1:]).read())
""",
    ),
    reads(
        "reopen_descriptors",
        "Open the file of questions, which it may only read, once more for writing.",
        """
import fcntl, os
for name in os.listdir("/proc/self/fd"):
    try:
        if fcntl.fcntl(int(name), fcntl.F_GETFL) & 3 == os.O_RDONLY and "questions" in os.readlink(f"/proc/self/fd/{name}"):
            print("WON", os.open(f"/proc/self/fd/{name}", os.O_RDWR))
    except OSError as problem: print(problem)
""",
    ),
    reads(
        "by_handle",
        "Open files of the machine by number, past all folders.",
        """
import ctypes, os
c = ctypes.CDLL(None, use_errno=True)
handle = ctypes.create_string_buffer(b"\\x08\\0\\0\\0\\x01\\0\\0\\0\\x02\\0\\0\\0\\0\\0\\0\\0" + bytes(112))
if c.syscall(304, os.open("/", os.O_RDONLY), handle, os.O_RDONLY) >= 0: print("WON")
mount = ctypes.c_int()
if c.syscall(303, -100, b"/usr", handle, ctypes.byref(mount), 0) == 0: print("WON")
if c.chroot(b"/") == 0: print("WON")
""",
        flagged=True,
    ),
    reads(
        "terminal",
        "Show a false prompt in the terminal of the person who grades, and read what is typed.",
        """
import os
places = ["@TERMINAL@", "/dev/tty", "/dev/console", "/dev/tty0", "/dev/tty1", "/dev/ttyS0"]
for folder in ("/dev/pts", "/proc/self/fd"):
    try: places += [f"{folder}/{name}" for name in os.listdir(folder)]
    except OSError as problem: print(problem)
for place in places:
    if "ptmx" in place: continue  # makes a new one
    try: handle = os.open(place, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as problem: continue
    if os.isatty(handle): os.write(handle, b"[sudo] password: "); print("WON", place)
    os.close(handle)
""",
    ),
]
