"""The kernel's entry: prepare everything before the student's first cell, then serve as an ordinary IPython kernel.

usage: python -I start.py -f CONNECTION_FILE --questions FD --answers FD [--steps N] [--seed N] [--characters N]
       [--file NAME] [--package NAME]

The two descriptors are files that the host opened: questions to read, answers to write. Neither names a path.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys


def load_inside():
    """Load the folder of this file as a package of its own name, leaving nothing on sys.path."""
    here = os.path.dirname(os.path.abspath(__file__))
    spec = importlib.util.spec_from_file_location("_inside", os.path.join(here, "__init__.py"), submodule_search_locations=[here])
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
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-f", dest="connection", required=True)
    parser.add_argument("--questions", type=int, required=True)
    parser.add_argument("--answers", type=int, required=True)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--characters", type=int, default=1 << 24)
    parser.add_argument("--file", default="")
    parser.add_argument("--package", default="")
    options = parser.parse_args()
    lift_memory_limit()
    serve = load_inside()
    kernel_class = serve.kernel_class(
        options.questions, options.answers, options.steps, options.seed, options.characters, options.file, options.package
    )
    for name in [name for name in sys.modules if name.partition(".")[0] == "_inside"]:
        del sys.modules[name]
    sys.argv = ["ipykernel_launcher", "-f", options.connection]
    sys.path.insert(0, "")
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(["-f", options.connection, "--HistoryManager.enabled=False"], kernel_class=kernel_class)


if __name__ == "__main__":
    main()
