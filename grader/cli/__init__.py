"""The command line: one file per command, and the only room that prints."""

from grader.cli.app import main

__all__ = ["main"]
