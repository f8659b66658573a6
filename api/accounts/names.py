"""When two names are one, however each was written: the way to compare names of people. Pure."""

from knowledge.identity import normal_name


def is_same_name(one: str, other: str) -> bool:
    """Whether they differ at most in width, middle dot, spaces and small letters."""
    return normal_name(one).casefold() == normal_name(other).casefold()
