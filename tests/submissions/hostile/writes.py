"""Writing where they must not."""

from functools import partial

from tests.submissions.hostile.entry import hostile

writes = partial(hostile, "writes")
EVIL = "open('@SECRET@', 'w').write('owned')\n"

ATTACKS = [
    writes("overwrite", "Overwrite, truncate, rename or remove a file of the person who grades.",
        "print('WON', open('@SECRET@', 'w').write('owned'))",
        "import os\nos.truncate('@SECRET@', 0); print('WON')",
        "import os\nos.rename('@SECRET@', '@SECRET@.gone'); print('WON')",
        "import os\nos.unlink('@SECRET@'); print('WON')",
        "print('WON', open('@OTHERS@/planted.py', 'w').write('owned'))",
    ),
    writes("metadata", "Close a file of the person who grades by its mode, owner or time.",
        "import os\nos.chmod('@SECRET@', 0); print('WON' if os.path.exists('@SECRET@') and os.stat('@SECRET@').st_mode & 0o777 == 0 else 'no')",
        "import os\nos.utime('@SECRET@', (1, 1)); print('WON' if os.stat('@SECRET@').st_mtime == 1 else 'no')",
        "import os\nos.chmod('@OTHERS@', 0)",
        "import os\nos.setxattr('@SECRET@', 'user.owned', b'1'); print('WON' if os.listxattr('@SECRET@') else 'no')",
        "import os\nos.chown('@SECRET@', 12345, 12345); print('WON' if os.stat('@SECRET@').st_uid == 12345 else 'no')",
    ),
    writes("packages", "Leave code in the packages that the next student's kernel imports.",
        """
import os, sys
for folder in sys.path:
    if os.path.isdir(folder) and "packages" in folder: print("WON", open(os.path.join(folder, "evil.pth"), "w").write("import os"))
""",
        "import tensorflow as tf\nprint('WON', open(tf.__file__, 'a').write('# owned'))",
        "import os, sys\nos.rename(sys.executable, sys.executable + '2'); print('WON')",
        "import os, numpy\nos.chmod(os.path.dirname(numpy.__file__), 0o777); print('WON' if os.stat(os.path.dirname(numpy.__file__)).st_mode & 2 else 'no')",
    ),
    writes("system", "Write into the system: programs, passwords, libraries loaded by everybody.",
        *(f"print('WON', open({path!r}, 'a'))" for path in ("/etc/passwd", "/etc/ld.so.preload", "/usr/bin/grade", "/bin/sh", "/lib/owned.so")),
        "import os\nos.mkdir('/owned'); print('WON')",
    ),
    writes("kernel_settings", "Change settings of the machine's kernel, and who is ended first when memory runs out.",
        *(f"with open({path!r}, 'w') as file: file.write({text!r})\nprint('WON')" for path, text in (
            ("/proc/sys/kernel/core_pattern", "|/bin/sh"), ("/proc/sys/vm/overcommit_memory", "1"),
            ("/proc/sysrq-trigger", "h"), ("/proc/self/oom_score_adj", "-1000"), ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "-1"))),
    ),
    writes("symlinks", "Put links in the place of files that the grader may write to or clear away.",
        """
import os
for name in ("outcome.json", "executed.ipynb", "answers", "questions", "kernel.log", "new.txt"):
    os.symlink("@SECRET@", name)
os.symlink("@OTHERS@", "folder")
try:
    open("new.txt", "w").write("owned"); print("WON")
except OSError as problem: print(problem)
""",
        "import os\nos.link('@SECRET@', 'hard'); print('WON', open('hard').read())",
    ),
    writes("fifos", "Leave named pipes where files are expected, so that whoever opens them waits for ever.",
        """
import os, shutil
for name in ("homework.ipynb", "data.csv", ".matplotlib", ".ipython", "outcome.json", "matplotlibrc"):
    if os.path.isdir(name): shutil.rmtree(name)
    elif os.path.lexists(name): os.unlink(name)
    os.mkfifo(name)
os.mknod("socket", 0o140777)
""", files={"data.csv": "1,2\n"}),
    writes("deep_and_closed", "Leave a tree of folders that cannot be cleared away: too deep, and closed.",
        """
import os
home = os.getcwd()
for _ in range(3000):
    os.mkdir("d")
    os.chdir("d")
os.chdir(home)
os.makedirs("closed/inner")
open("closed/inner/file", "w").write("x")
os.chmod("closed/inner", 0)
os.chmod("closed", 0)
"""),
    writes("planted_modules", "Hand in modules with names that the grader or the kernel may import.",
        "import sheet, sitecustomize",
        "import numpy\nprint(numpy.__version__)",
        files={name: EVIL for name in (
            "numpy.py", "json.py", "sheet.py", "grader.py", "conftest.py", "sitecustomize.py", "usercustomize.py", "course.toml",
            "nbclient.py", "evil.pth", "ipykernel_launcher.py", "matplotlib_inline.py", "_inside.py")}),
    writes("atexit", "Wait for the end, and strike when nobody looks any more.",
        "import atexit\natexit.register(lambda: open('@SECRET@', 'w').write('owned'))",
        "class Late:\n    def __del__(self): open('@SECRET@', 'w').write('owned')\nlate = Late()",
        "import threading, time\nthreading.Thread(target=lambda: (time.sleep(1), open('@SECRET@', 'w').write('owned')), daemon=False).start()"),
]
