"""`python -m grader` is `grade`: what lies in the working folder, which may be a student's, is no module of
ours."""

import os
import sys

if os.path.realpath(sys.path[0] or ".") != os.path.dirname(os.path.dirname(os.path.realpath(__file__))):
    del sys.path[0]

from grader.cli import main

main()
