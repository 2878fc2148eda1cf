"""Judging, apart from the host that keeps the class: what a notebook answered is looked at in a process with
limits of its own.

The child is our own code, but it holds a stranger's bytes. What comes back is plain data, and a run that
cannot be judged is the matter of one submission.
"""

from grader.judging.conclusion import Conclusion, conclude
from grader.judging.judges import CHILDREN, HERE, Children, RunJudge, Stopped
from grader.judging.limits import JudgeLimits

__all__ = ["CHILDREN", "HERE", "Children", "Conclusion", "JudgeLimits", "RunJudge", "Stopped", "conclude"]
