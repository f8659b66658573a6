"""Keeps what a process holds, keys and opened data, out of core files and from other processes of the same user (Linux)."""

import ctypes
import sys

_PR_SET_DUMPABLE, _NOT = 4, 0


def keep_from_dumps() -> None:
    """Before anything secret is read. No core file is written, neither of processes that this one starts; only the system's
    administrator attaches a debugger or reads memory and environment under `/proc`. A server process is one that was started
    anew: it calls this itself.
    """
    if sys.platform == "linux":
        import resource  # not there on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, _NOT, 0, 0, 0)
