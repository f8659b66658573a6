"""Settings of Python's garbage collector for processes that hold much for their whole life and allocate much for a moment."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_COLLECT = (20_000, 20, 20)  # objects made, then rounds of the younger generation


@contextmanager
def uncollected() -> Iterator[None]:
    """For what makes much and lets go of next to nothing, such as imports: to go through it again and again was a sixth of the start.

    All that is there at the end is never looked at again; the first collection would go through the whole of it.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def freeze_long_lived() -> None:
    """Exempts all present objects from collection: they stay for the life of the process, and so does the little garbage among them."""
    gc.freeze()
    gc.set_threshold(*_COLLECT)
