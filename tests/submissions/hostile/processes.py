"""Processes, signals and limits."""

from functools import partial

from tests.submissions.hostile.entry import hostile

processes = partial(hostile, "processes")

ATTACKS = [
    processes("kill_above", "Kill the guard, the fork server, the runner and the host.",
        """
import os, signal
for pid in (@HOST@, os.getppid(), max(1, os.getppid() - 1), max(1, os.getppid() - 2), 1):
    for number in (signal.SIGKILL, signal.SIGSTOP):
        try:
            os.kill(pid, number)
        except OSError as problem: print(problem)
""", ends="COMPLETED"),
    processes("kill_everybody", "Kill every process there is.", "import os\nos.kill(-1, 9)", "x = 1"),
    processes("kill_my_group", "Kill its process group and session.", "import os\nos.killpg(0, 9)", ends="DIED"),
    processes("trace", "Take over another process by its debugger's interface.",
        """
import ctypes, os
c = ctypes.CDLL(None, use_errno=True)
c.ptrace.restype = ctypes.c_long
for pid in (1, os.getppid(), @HOST@):
    if c.ptrace(16, pid, 0, 0) == 0: print("WON", pid)
    local = (ctypes.c_size_t * 2)(ctypes.addressof(ctypes.create_string_buffer(8)), 8)
    if c.process_vm_readv(pid, local, 1, local, 1, 0) > 0: print("WON", pid)
    try:
        print("WON", os.open(f"/proc/{pid}/mem", os.O_RDWR))
    except OSError: pass
    if (handle := c.syscall(434, pid, 0)) >= 0 and c.syscall(438, handle, 0, 0) >= 0: print("WON a descriptor of", pid)
""", flagged=True),
    processes("limits_of_others", "Lower the limits or the priority of a process that belongs to the same user.",
        "import resource\nresource.prlimit(@HOST@, resource.RLIMIT_CORE, (0, 0)); print('WON')",
        "import os\nos.setpriority(os.PRIO_PROCESS, @HOST@, 3); print('WON')",
        "import os\nos.setpriority(os.PRIO_USER, 0, 3); os.nice(0)",
        "import os\nos.setpriority(os.PRIO_PGRP, os.getpgid(@HOST@), 3); print('WON')"),
    processes("fork_bomb", "Start processes until nobody else can.",
        """
import os, time
end = time.monotonic() + 3
children = 0
while time.monotonic() < end:
    try:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        children += 1
    except OSError: time.sleep(0.05)
print("WON" if children > 2000 else "stopped after", children)
"""),
    processes("thread_bomb", "Start threads until nobody else can.",
        """
import threading, time
started = 0
try:
    while started < 5000:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        started += 1
except RuntimeError as problem: print(problem)
print("WON" if started >= 5000 else "stopped after", started)
"""),
    processes("bush_of_forks", "Fork in every child too, faster than anybody can clear away.",
        "import os, time\nend = time.monotonic() + 2\nwhile time.monotonic() < end:\n    try: os.fork()\n    except OSError: time.sleep(0.01)\nif os.getpid() != 2: time.sleep(30)"),
    processes("daemon", "Leave a process behind that goes on when the kernel has ended.",
        """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 1000)
        time.sleep(300)
    os._exit(0)
os.system("nohup setsid sleep 300 >/dev/null 2>&1 &")
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=True)
"""),
    processes("daemon_then_exit", "The same, and end the kernel at once.",
        "import os\nos.system('nohup setsid sleep 300 >/dev/null 2>&1 &')\nif os.fork() == 0:\n    os.setsid()\n    import time; time.sleep(300)\nos._exit(0)", ends="DIED"),
    processes("timers", "Let timers and threads print into later cells and take names away while probes look at them.",
        """
import signal, threading, time
signal.signal(signal.SIGALRM, lambda *_: print("alarm"))
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
def swap():
    while True:
        globals()["model"] = lambda x: x
        globals().pop("model", None)
        print("thread")
        time.sleep(0.001)
threading.Thread(target=swap, daemon=True).start()
""", "import time; time.sleep(1)"),
    processes("ignore_interrupts", "Never end, and ignore every request to.",
        "import signal\nfor number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM): signal.signal(number, signal.SIG_IGN)\nwhile True: pass", ends="TIMED_OUT"),
    processes("stopped", "Stop itself, so that nobody gets an answer.", "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", ends="TIMED_OUT DIED"),
    processes("become_another_program", "Replace the kernel by another program.", "import os\nos.execv('/bin/sh', ['sh', '-c', 'sleep 60'])", ends="TIMED_OUT DIED"),
    processes("own_limits", "Lower its own limits so far that every probe fails.",
        "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\nresource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))",
        "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass"),
    processes("raise_limits", "Raise its limits again.",
        "import resource\nresource.setrlimit(resource.RLIMIT_NPROC, (100_000, 100_000)); print('WON')",
        "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1)); print('WON')"),
    processes("root", "Become root: in a name space of its own, by a program with that right, by a call.",
        "import subprocess\nif subprocess.run(['unshare', '-Ur', 'true']).returncode == 0: print('WON')",
        "import os\nos.setuid(0); print('WON')",
        "import subprocess\nout = subprocess.run(['su', '-c', 'id'], capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout\nif 'uid=0' in out: print('WON')",
        "import subprocess\nif subprocess.run(['mount', '-t', 'tmpfs', 'none', '/tmp']).returncode == 0: print('WON')",
        "import os\nos.unshare if False else None\nimport ctypes\nif ctypes.CDLL(None).unshare(0x10000000) == 0: print('WON')", flagged=True),
]
