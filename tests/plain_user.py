"""Run Python as a user that nobody else on this machine has: python tests/plain_user.py FOLDER ARGUMENT...

Only root can. FOLDER becomes that user's, and its home. Exit code 77: this interpreter cannot be made
reachable for another user.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UNREACHABLE = 77


def main() -> None:
    """Never returns."""
    sys.path.insert(0, str(ROOT))
    from grader.run.isolation import box, limits, namespaces

    folder, arguments = sys.argv[1], sys.argv[2:]
    user = next(limits.slot_users())
    os.chown(folder, user, user)
    os.chmod(folder, 0o711)
    try:
        namespaces.reachable((*box.python_paths(), str(ROOT)))
    except OSError as problem:
        print(problem, file=sys.stderr)
        sys.exit(UNREACHABLE)
    limits.become(user)
    os.chdir(ROOT)
    environment = {**os.environ, "HOME": folder, "TMPDIR": folder, "PYTHONDONTWRITEBYTECODE": "1"}
    os.execve(sys.executable, [sys.executable, *arguments], environment)


if __name__ == "__main__":
    main()
