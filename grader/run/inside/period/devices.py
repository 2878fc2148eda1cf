"""A graphics card that is not here. What a notebook takes by its number from the empty list of them is a card
in name only: what it sets there is left out, and what it places there, TensorFlow places on the processor.

The list stays empty: whoever asks whether there is a card is told the truth.
"""

from __future__ import annotations

import functools
import sys

from tensorflow.python.eager import context

from .. import modules
from .period import say

CARD = "GPU"
LISTS = {  # what lists them -> how it calls the first one
    "list_physical_devices": (context.PhysicalDevice, "/physical_device:GPU:{}"),
    "list_logical_devices": (context.LogicalDevice, "/device:GPU:{}"),
    "get_visible_devices": (context.PhysicalDevice, "/physical_device:GPU:{}"),
}
SETTINGS = {  # what is set or asked of a device -> what a card that is not here answers
    "set_memory_growth": None,
    "get_memory_growth": True,
    "set_visible_devices": None,
    "set_logical_device_configuration": None,
    "get_logical_device_configuration": None,
    "get_device_details": {"device_name": "no card"},
    "get_memory_info": {"current": 0, "peak": 0},  # of one called by its name, "GPU:0", as the next
    "reset_memory_stats": None,
}


def install():
    """For one notebook, before its first cell."""
    for name, (kind, called) in LISTS.items():
        _answer_by_number(name, kind, called)
    for name, answer in SETTINGS.items():
        _leave_out(name, answer)


class _NoCards(list):
    """An empty list that knows what its members would be called."""

    def __init__(self, kind, called):
        super().__init__()
        self._kind, self._called = kind, called

    def __getitem__(self, place):
        if not isinstance(place, int) or len(self) or not modules.is_own_frame(sys._getframe(1)):
            return super().__getitem__(place)
        say("there is no graphics card here: what is placed on one runs on the processor")
        return self._kind(name=self._called.format(max(place, 0)), device_type=CARD)


def _answer_by_number(name, kind, called):
    original = getattr(context.Context, name)

    @functools.wraps(original)
    def listed(self, device_type=None):
        found = original(self, device_type)
        return _NoCards(kind, called) if device_type == CARD and not found else found

    setattr(context.Context, name, listed)


def _leave_out(name, answer):
    original = getattr(context.Context, name)

    @functools.wraps(original)
    def about(self, device, *args, **kwargs):
        one_alone = hasattr(device, "device_type") or isinstance(device, str)  # one is a tuple of two names
        wanted = any(_kind_of(one) == CARD for one in ([device] if one_alone else device or ()))
        if wanted and not self.list_physical_devices(CARD):
            return answer
        return original(self, device, *args, **kwargs)

    setattr(context.Context, name, about)


def _kind_of(device):
    """ "GPU" of a device, or of its name: "GPU:0", "/device:gpu:1"."""
    if isinstance(device, str):
        return device.upper().rpartition(CARD)[1]
    return getattr(device, "device_type", "")
