"""How a sheet is declared and loaded."""

from grader.assignment.budget import Budget
from grader.assignment.load import COURSE, HANDOUT, load_all, load_sheet, sheet_digest, sheet_files, sheet_folders
from grader.assignment.numbers import Range, in_force, outside
from grader.assignment.probe import Probe
from grader.assignment.question import Choice, Number, Question
from grader.assignment.rubric import Line, Position, QuestionRubric, Rubric
from grader.assignment.seen import Seen, names_taken
from grader.assignment.sheet import Assignment, Check, Task

__all__ = [
    "COURSE",
    "HANDOUT",
    "Assignment",
    "Budget",
    "Check",
    "Choice",
    "Line",
    "Number",
    "Position",
    "Probe",
    "Question",
    "QuestionRubric",
    "Range",
    "Rubric",
    "Seen",
    "Task",
    "in_force",
    "load_all",
    "load_sheet",
    "names_taken",
    "outside",
    "sheet_digest",
    "sheet_files",
    "sheet_folders",
]
