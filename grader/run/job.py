"""What one runner is told to do, as plain JSON beside the question frames."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from grader.model import CellSource, Limits

START = "start of runners"  # what a runner's first job puts to account beside its own
TOLD_TO_END = 4  # exit code of a runner that got SIGTERM
QUESTION = "question "  # begins what a question to the kernel puts to account


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One probe as the runner asks it; its question lies in questions/<name>.frame."""

    name: str
    answered_by: str
    needs: tuple[str, ...]
    seconds: float
    early: bool
    # what it asks: part -> the role that plays it
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run of one notebook."""

    cells: tuple[CellSource, ...]
    requests: tuple[Request, ...]
    limits: Limits
    unending: tuple[int, ...] = ()  # numbers of cells that did not end in an earlier run: see Plan
    # the kernel's working folder, as the kernel names it; "": it is not known yet where the job is done
    workspace: str = ""
    files: str = ""  # folder whose content the kernel finds in its working folder, when that is a new one
    file: str = ""  # in the working folder: the notebook or script that the cells come from
    package: str = ""  # that the script belongs to
    server: str = ""  # socket of the fork server; "": the kernel is a new process
    box: str = ""  # what a forked kernel is shut into
    runtime: str = "keras3"
    # the sheet's name -> the student's that may be meant
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    takes: Mapping[str, str] = field(
        default_factory=dict
    )  # the sheet's name -> the student's that is meant, whatever it behaves like
    # the sheet's name -> what its role behaves like
    declared: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    steps: int = 0  # batches per pass over a dataset; 0: no cap
    kernel_seed: int = 0  # of the student's process: never the seed that draws questions
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def form(self) -> str:
        """What runs, in words."""
        return "the script" if self.file.endswith(".py") else "the notebook"

    @property
    def model(self) -> Mapping[str, Any]:
        """What the sheet has trained, as it is told to the kernel; empty where it declares no model."""
        return next((role for role in self.declared.values() if role.get("kind") == "model"), {})

    def to_json(self) -> str:
        """The job as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Job:
        """The job that `to_json` wrote."""
        raw: dict[str, Any] = json.loads(text)
        return cls(
            **raw
            | {
                "cells": tuple(CellSource(**c | {"tags": tuple(c["tags"])}) for c in raw["cells"]),
                "requests": tuple(Request(**r | {"needs": tuple(r["needs"])}) for r in raw["requests"]),
                "limits": Limits(**raw["limits"]),
                "unending": tuple(raw.get("unending", ())),
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Where one run keeps its files: runs/<student>/<run_id>/."""

    path: Path

    @property
    def questions(self) -> Path:
        """Frames the host drew."""
        return self.path / "questions"

    def hidden(self, probe: str) -> Path:
        """What was drawn with a question and stays here."""
        return self.questions / f"{probe}.hidden.frame"

    @property
    def answers(self) -> Path:
        """Frames the kernel answered; hostile bytes."""
        return self.path / "answers"

    @property
    def outcome(self) -> Path:
        """How the run went, written by the runner."""
        return self.path / "outcome.json"

    @property
    def journal(self) -> Path:
        """What the runner did, line by line, should it not come to its end."""
        return self.path / "journal.jsonl"

    @property
    def job(self) -> Path:
        """What the runner was told to do."""
        return self.path / "job.json"

    @property
    def executed(self) -> Path:
        """The notebook with its outputs."""
        return self.path / "executed.ipynb"
