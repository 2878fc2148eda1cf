"""Write docs/course.md, the reference of course.toml, from the keys that its reader knows; and the schema for
editors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.collect.people.course_keys import COLUMNS, LATE, STUDENT, TOP, CourseKey, schema

HERE = Path(__file__).resolve().parent
BEGIN = """# course.toml

Who takes part, until when, and what lateness costs. One file for a class: in the folder of the homework, \
beside it or its zip, or named
with `--course FILE`. Without one nobody is missing and nothing is late. \
A key that is not here is an error that names the right one.
This page is made by `make docs`; `docs/course.schema.json` is the same for editors that check TOML.

```toml
deadline = 2026-01-31T23:59:00
timezone = "Europe/Berlin"
roster = "roster.csv"

[late]
percent_per_day = 10
at_most_percent = 50
grace_minutes = 15

[columns]
student = "Username"
name = ["First name", "Last name"]
email = "Email address"

[groups]
"Group A" = ["jdoe", "lwei"]

[extensions]
mrossi = 48
```

"""
TIMES = """
## When something was handed in

The first of these that knows it, and the terminal, the pages and `results.json` say which one it was:

1. **The roster**: its column `submitted`; where it is Moodle's grading worksheet, the time of the \
last change.
2. **The platform**: a time in the names (Brightspace, Blackboard) or in its list \
(`submission_metadata.yml` of Gradescope, `grades.csv` of
   GitHub Classroom).
3. **The platform's mark**: Canvas writes LATE into the name, and not by how much. \
One started day is counted, unless the roster has an
   extension for that person.
4. **The last commit** of a git checkout, as its committer's clock had it. \
Where it is late and an earlier one was in time, both are named, and
   [either can be graded](github.md#a-late-last-commit).
5. **The files' own times**, where they tell: not when most of the class has one time, \
which is that of the download.
6. Otherwise **nobody knows**: nothing is counted as late, and "Look here first" says so.

Of several attempts of one person the last one on time counts. A loose file or folder is called by its name
without what copying adds ("Copy of Ada", "ada (1)", "ada - Kopie"); files that are only called "homework",
"homework (1)" and so on are different people, and *Look here first* lists them.

## How people are found

Homework is found under the id, the name in any order, the e-mail address and what stands before the @, \
whatever the accents ("Mueller Ben" is
"Müller, Ben"), with Moodle's group in front or the homework's name behind, \
and under a login made of the name (`jdoe`) when nobody else can be
meant. Who handed in and is not on the roster, and who of it handed in nothing, is listed first thing, \
on the class page, and by `grade export`.
"""


def page() -> str:
    """The text of docs/course.md."""
    parts = [
        BEGIN,
        "## The keys\n\n",
        *_table(TOP),
        "\n## [late]\n\n",
        *_table(LATE),
        "\n## [[student]], and the columns of a roster\n\n",
        "The roster is a CSV file with `,`, `;` or tabs, in UTF-8, UTF-16 or what Windows writes."
        " Other columns are ignored.\n\n",
        *_table(STUDENT),
        "\n## [columns]\n\n",
        *_table(COLUMNS),
        TIMES,
    ]
    return "".join(parts)


def _table(keys: Mapping[str, CourseKey]) -> Iterator[str]:
    yield "| key | holds | means | for example |\n|---|---|---|---|\n"
    for name, key in keys.items():
        example = "<br>".join(f"`{line}`" for line in key.example.split("\n"))
        yield f"| `{name}` | {key.holds} | {key.means} | {example} |\n"


def schema_text() -> str:
    """The text of docs/course.schema.json."""
    return json.dumps(schema(), indent=1) + "\n"


if __name__ == "__main__":
    (HERE / "course.md").write_text(page(), encoding="utf-8")
    (HERE / "course.schema.json").write_text(schema_text(), encoding="utf-8")
