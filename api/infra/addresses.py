"""Lists, host names and addresses as settings write them."""

import re
from urllib.parse import urlsplit

HOST = re.compile(r"(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?|\*|\[[0-9A-Fa-f:]+\](:[0-9]{1,5})?")


def listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_of_web = parts.scheme in ("http", "https") and bool(HOST.fullmatch(parts.netloc))
    return is_of_web and not parts.query and not parts.fragment
