"""python -m tests.submissions.hostile: the table of README.md."""

from tests.submissions.hostile import table

print(table())
