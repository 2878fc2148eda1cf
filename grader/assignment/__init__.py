"""How a sheet is declared and loaded."""

from grader.assignment.budget import Budget
from grader.assignment.criterion import Check, Criterion
from grader.assignment.epochs import Epochs
from grader.assignment.load import (
    COURSE,
    HANDOUT,
    beside,
    extended_sheets,
    load_all,
    load_sheet,
    read_sheet,
    sheet_digest,
    sheet_files,
    sheet_folders,
    verdicts_digest,
)
from grader.assignment.numbers import Range, in_force, meant_instead, outside
from grader.assignment.probe import Probe
from grader.assignment.question import Choice, Number, Question
from grader.assignment.role import (
    Answers,
    Cell,
    Class,
    DataSet,
    Function,
    Layer,
    Model,
    Numbers,
    Purpose,
    Recorded,
    Role,
)
from grader.assignment.rubric import Position, QuestionRubric, Rubric, RubricLine
from grader.assignment.seen import NotAsked, Seen, names_taken
from grader.assignment.sheet import Assignment
from grader.assignment.task import Task

__all__ = [
    "COURSE",
    "HANDOUT",
    "Answers",
    "Assignment",
    "Budget",
    "Cell",
    "Check",
    "Choice",
    "Class",
    "Criterion",
    "DataSet",
    "Epochs",
    "Function",
    "Layer",
    "Model",
    "NotAsked",
    "Number",
    "Numbers",
    "Position",
    "Probe",
    "Purpose",
    "Question",
    "QuestionRubric",
    "Range",
    "Recorded",
    "Role",
    "Rubric",
    "RubricLine",
    "Seen",
    "Task",
    "beside",
    "extended_sheets",
    "in_force",
    "load_all",
    "load_sheet",
    "meant_instead",
    "names_taken",
    "outside",
    "read_sheet",
    "sheet_digest",
    "sheet_files",
    "sheet_folders",
    "verdicts_digest",
]
