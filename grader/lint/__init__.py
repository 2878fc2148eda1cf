"""What is wrong with a sheet, found before a class finds it: by reading alone, and by running what should be
right and what should not."""

from grader.lint.finding import Finding, Rule
from grader.lint.judge_runs import findings_of_runs
from grader.lint.material import Material
from grader.lint.read import read
from grader.lint.runs import Kind, Laboratory, Specimen, Tried, specimens

__all__ = [
    "Finding",
    "Kind",
    "Laboratory",
    "Material",
    "Rule",
    "Specimen",
    "Tried",
    "findings_of_runs",
    "read",
    "specimens",
]
