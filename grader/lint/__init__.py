"""What is wrong with a sheet, found before a class finds it: by reading alone, and by running what should be
right and what should not."""

from grader.lint.finding import Finding, LintRule
from grader.lint.judge_runs import findings_of_runs
from grader.lint.material import NOTEBOOK, README, Material, as_homework
from grader.lint.read import read
from grader.lint.runs import Laboratory, Specimen, SpecimenKind, Tried, specimens

__all__ = [
    "NOTEBOOK",
    "README",
    "Finding",
    "Laboratory",
    "LintRule",
    "Material",
    "Specimen",
    "SpecimenKind",
    "Tried",
    "as_homework",
    "findings_of_runs",
    "read",
    "specimens",
]
