"""`grade review`: the local page where a person decides. It talks to nobody outside this machine.

`desk` knows what lies there to be decided, `app` shows it, `guard` decides who may ask, `serve` runs it.
"""

from grader.review.app import make_app
from grader.review.desk import Desk
from grader.review.guard import PagePass
from grader.review.serve import listen, serve

__all__ = ["Desk", "PagePass", "listen", "make_app", "serve"]
