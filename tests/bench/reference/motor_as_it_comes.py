"""Motor with its own threads: the product puts others in their place, and what it is compared with has what everybody has."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from typing import Any

from motor.frameworks import asyncio as motor_in_asyncio

_pool = ThreadPoolExecutor(64)


def _run_on_executor(loop: Any, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """As in `motor/frameworks/asyncio/__init__.py`, whose own is gone when the product is imported."""
    return loop.run_in_executor(_pool, partial(partial(copy_context().run, fn), *args, **kwargs))


@contextmanager
def motor_as_it_comes() -> Iterator[None]:
    ours: Any = motor_in_asyncio.run_on_executor
    motor_in_asyncio.run_on_executor = _run_on_executor
    try:
        yield
    finally:
        motor_in_asyncio.run_on_executor = ours
