"""The names of all settings, by which a misspelt one is found: it would count as not set, and nobody would know."""

from collections.abc import Iterable
from difflib import get_close_matches

_NAMES = (
    "CW_ALLOWED_HOSTS",
    "CW_CENTRES",
    "CW_CLOCK_SHIFT_FILE",
    "CW_DATABASE",
    "CW_DATABASE_PORT",
    "CW_DEMO_RESIDENTS",
    "CW_EMBEDDED_DATABASE",
    "CW_HOST",
    "CW_KEYS",
    "CW_KEYS_FILE",
    "CW_KEYS_OPENED_A_MINUTE",
    "CW_KEYS_PEERS",
    "CW_KEYS_SOCKET",
    "CW_METRICS_HOST",
    "CW_METRICS_PORT",
    "CW_MODE",
    "CW_OVERWRITE_MEMORY",
    "CW_PACE",
    "CW_PORT",
    "CW_PROCESSES",
    "CW_PUBLIC_URL",
    "CW_RESIDENT_IDLE_MINUTES",
    "CW_RESIDENT_SESSION_HOURS",
    "CW_SCANNER",
    "CW_STAFF_IDLE_MINUTES",
    "CW_STAFF_SESSION_HOURS",
    "CW_STAND_IN",
    "CW_TRUSTED_PROXIES",
    "CW_WECHAT_APPID",
    "CW_WECHAT_CHECK_FILE",
    "CW_WECHAT_EVENT_KEY",
    "CW_WECHAT_EVENT_TOKEN",
    "CW_WECHAT_LONG_TERM",
    "CW_WECHAT_PORT",
    "CW_WECHAT_SECRET",
    "CW_WECHAT_STATE",
    "CW_WECHAT_TEMPLATE_CASE_PROGRESS",
    "CW_WECHAT_TEMPLATE_DATE_ARRIVED",
    "CW_WECHAT_TEMPLATE_TASK_DUE",
    "CW_WECHAT_URL",
    "CW_WORKER_METRICS_PORT",
)
_ALIKE = 0.85


def misspelt(given: Iterable[str]) -> list[str]:
    """A line for each name that is nearly one of ours. Others that begin like ours are left alone: Kubernetes makes such for services."""
    strange = sorted(name for name in given if name.startswith("CW_") and name not in _NAMES)
    meant = [(name, get_close_matches(name, _NAMES, 1, _ALIKE)) for name in strange]
    return [f"{name}: no such setting; {ours[0]} may be meant" for name, ours in meant if ours]
