"""How a sheet is declared and loaded."""

from grader.assignment.budget import Budget
from grader.assignment.load import find_assignments, load_all, load_sheet, sheet_digest
from grader.assignment.numbers import Range, in_force, outside
from grader.assignment.probe import Probe
from grader.assignment.question import Question
from grader.assignment.rubric import Line, Position, QuestionRubric, Rubric
from grader.assignment.seen import Seen, names_taken
from grader.assignment.sheet import Assignment, Check, Task

__all__ = [
    "Assignment",
    "Budget",
    "Check",
    "Line",
    "Position",
    "Probe",
    "Question",
    "QuestionRubric",
    "Range",
    "Rubric",
    "Seen",
    "Task",
    "find_assignments",
    "in_force",
    "load_all",
    "load_sheet",
    "names_taken",
    "outside",
    "sheet_digest",
]
