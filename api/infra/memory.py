"""Keeps what a process holds, keys and opened data, in its memory alone, and there no longer than it is needed (Linux).

It imports nothing else of the product, which is imported after `overwrite_what_is_freed`.
"""

import ctypes
import os
import sys
from collections.abc import Mapping

_PR_SET_DUMPABLE, _NOT = 4, 0
_OVERWRITING = {
    "PYTHONMALLOC": "malloc",  # Python's own allocator gives back nothing and overwrites nothing
    "GLIBC_TUNABLES": "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0",  # pieces in its cache of freed ones are not overwritten
    "_RJEM_MALLOC_CONF": "junk:free",  # the HTTP server's own allocator, which reads requests
}


def keep_from_dumps() -> None:
    """Call it before anything secret is read. Neither this process nor those it starts write a core file, and only the
    system's administrator can attach a debugger or read memory and environment under `/proc`. A server process is a
    program started anew: it calls this itself.
    """
    if sys.platform == "linux":
        import resource  # not there on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, _NOT, 0, 0, 0)


def is_overwritten(environ: Mapping[str, str]) -> bool:
    """In production, unless it is switched off: it costs a fifth of the processor time."""
    usual = "off" if environ.get("CW_MODE", "").strip() == "development" else "on"
    return (environ.get("CW_OVERWRITE_MEMORY", "").strip() or usual) == "on"


def overwrite_what_is_freed() -> None:
    """Where the settings want it, every piece of memory is overwritten when it is given back: a password, a request, an
    opened name. The allocator is chosen when a process starts. So this process starts itself anew, at its first line,
    and all that it starts inherit the choice. With another C library than glibc only Python's part and the HTTP
    server's are overwritten.
    """
    here = os.environ  # noqa: TID251 - what the allocators read, no settings of ours
    if sys.platform == "linux" and is_overwritten(here) and not _OVERWRITING.items() <= here.items():
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**here, **_OVERWRITING})  # noqa: S606 - itself
