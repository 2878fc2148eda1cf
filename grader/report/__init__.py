"""Everything derived from the gradebook, one module per audience.

`write_reports` writes all files; `grader.report.terminal` has what the terminal shows. Heavy packages are
imported only when a page is made: a student's install lacks them.
"""

from typing import TYPE_CHECKING

from grader.lazy import lazily

if TYPE_CHECKING:
    from grader.report.look.first import look_here_first
    from grader.report.look.item import Concern, LookItem
    from grader.report.write import Paths, write_reports

__all__ = ["Concern", "LookItem", "Paths", "look_here_first", "write_reports"]

__getattr__ = lazily(__name__, __file__)
