"""Settings of Python's garbage collector for processes that hold much for their whole life and allocate much for a moment."""

import gc

_COLLECT = (20_000, 20, 20)  # objects made, then rounds of the younger generation


def freeze_long_lived() -> None:
    """Exempts all present objects from collection: they stay for the life of the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT)
