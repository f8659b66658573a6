"""Settings of Python's garbage collector for processes that hold much for their whole life and allocate much for a moment."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_COLLECT = (20_000, 20, 20)  # objects made, then rounds of the younger generation


@contextmanager
def uncollected() -> Iterator[None]:
    """For what makes much and lets go of nothing, such as imports: to go through it again and again was a sixth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def freeze_long_lived() -> None:
    """Exempts all present objects from collection: they stay for the life of the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT)
