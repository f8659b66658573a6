"""Articles in plain words, with deadlines and amounts from the rules in force."""

import re
from datetime import date

from bot import packaged
from knowledge import articles, rules
from knowledge.errors import KnowledgeError
from knowledge.rules import DatedRule

TEMPLATE = re.compile(r"\{([a-z_.]+)\.([a-z]+)(?::(\w*))?\}")  # {rule.place} or, with another unit, {rule.place:岁}
UNITS = {"working_days": "个工作日", "calendar_days": "日", "months": "个月", "years": "年"}
UNKNOWN = "（当时没有现行规定）"
WAN = 10_000


class Sentences:
    """`of` gives the sentence for an article on a date; each is made once a date."""

    def __init__(self) -> None:
        data = packaged.toml("articles.toml") | {place: own.articles for place, own in packaged.of_places().items()}
        self.templates = {
            f"{place}-{number}": sentence for place, rows in data.items() for number, sentence in rows.items()
        }
        self._told: tuple[date | None, dict[str, str]] = (None, {})

    def of(self, article_id: str, on: date) -> str:
        told_on, known = self._told
        if told_on != on:
            self._told = (on, known := {})
        told = known.get(article_id)
        if told is None:
            told = known[article_id] = fill(self.templates[article_id], on)
        return told


def fill(template: str, on: date) -> str:
    """The text with each {rule.jurisdiction} replaced by the value in force on the date."""
    return TEMPLATE.sub(lambda found: value(found[1], found[2], on, found[3]), template)


def value(rule_id: str, jurisdiction: str, on: date, unit: str | None = None) -> str:
    """A rule's value as a resident reads it; `since` is the day the regulation came into force."""
    if rule_id == "since":
        started = articles.regulation(jurisdiction).in_force_on
        return f"{started.year}年{started.month}月{started.day}日" if started else UNKNOWN
    try:
        rule = rules.in_force(rule_id, jurisdiction, on)
    except KnowledgeError:
        return UNKNOWN
    return _written(rule) if unit is None else f"{rule.value}{unit}"


def _written(rule: DatedRule) -> str:
    if isinstance(rule.value, tuple):
        return "、".join(rule.value)
    if rule.unit == "yuan" and isinstance(rule.value, int):
        return f"{rule.value // WAN}万元" if rule.value % WAN == 0 else f"{rule.value}元"
    return f"{rule.value}{UNITS.get(rule.unit, '')}"
