"""The kernel's entry: prepare everything before the student's first cell, then serve as an ordinary IPython
kernel.

usage: python -I start.py -f CONNECTION_FILE --questions FILE --answers FILE [--steps N] [--seed N]
[--characters N]
       [--file NAME] [--package NAME]

The two files were made by the host, which holds them open: questions to read, answers to write. They are
opened before any of the student's code runs.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import sys

BINARY = getattr(os, "O_BINARY", 0)  # on Windows, where bytes are taken for lines of text otherwise


def load_inside():
    """Load the folder of this file as a package of its own name, leaving nothing on sys.path."""
    here = os.path.dirname(os.path.abspath(__file__))
    spec = importlib.util.spec_from_file_location(
        "_inside", os.path.join(here, "__init__.py"), submodule_search_locations=[here]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules["_inside"] = package
    spec.loader.exec_module(package)
    return importlib.import_module("_inside.serve")


def lift_memory_limit():
    """The runner limits its own address space; tensorflow maps far more than it uses."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):  # macOS takes few limits
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-f", dest="connection", required=True)
    parser.add_argument("--questions", required=True)
    parser.add_argument("--answers", required=True)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--characters", type=int, default=1 << 24)
    parser.add_argument("--file", default="")
    parser.add_argument("--package", default="")
    options = parser.parse_args()
    lift_memory_limit()
    serve = load_inside()
    questions = os.open(options.questions, os.O_RDONLY | BINARY)
    answers = os.open(options.answers, os.O_RDWR | BINARY)
    kernel_class = serve.kernel_class(
        questions, answers, options.steps, options.seed, options.characters, options.file, options.package
    )
    for name in [name for name in sys.modules if name.partition(".")[0] == "_inside"]:
        del sys.modules[name]
    sys.argv = ["ipykernel_launcher", "-f", options.connection]
    sys.path.insert(0, "")
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(
        ["-f", options.connection, "--HistoryManager.enabled=False"], kernel_class=kernel_class
    )


if __name__ == "__main__":
    main()
