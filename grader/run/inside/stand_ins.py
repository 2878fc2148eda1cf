"""Stand-ins for what only Colab has, so that a notebook written there runs here.

Modelled on the public names of google.colab as of 2026-11: drive, files, output, userdata, data_table, patches.
"""

from __future__ import annotations

import sys
import types


def _nothing(*args, **kwargs):
    """Answers a Colab call: does nothing, returns nothing."""


def _no_files(*args, **kwargs):
    """`files.upload()`: nobody is there to choose a file."""
    return {}


def install():
    """Put the stand-ins where `import google.colab` finds them, beside whatever else is called google."""
    google = sys.modules.get("google")
    if google is None:
        try:
            import google  # a namespace package that protobuf brings
        except ImportError:
            google = sys.modules["google"] = types.ModuleType("google")
    colab = types.ModuleType("google.colab")
    colab.__path__ = []
    members = {
        "drive": {"mount": _nothing, "flush_and_unmount": _nothing},
        "files": {"upload": _no_files, "download": _nothing, "view": _nothing},
        "output": {"clear": _nothing, "eval_js": _nothing, "register_callback": _nothing},
        "userdata": {"get": _nothing},
        "data_table": {"enable_dataframe_formatter": _nothing, "disable_dataframe_formatter": _nothing},
        "patches": {"cv2_imshow": _nothing},
    }
    for name, functions in members.items():
        module = types.ModuleType(f"google.colab.{name}")
        for function, stand_in in functions.items():
            setattr(module, function, stand_in)
        setattr(colab, name, module)
        sys.modules[module.__name__] = module
    google.colab = colab
    sys.modules["google.colab"] = colab
