"""The two periods of a dishonesty record: national publicity (from the document date) and local disclosure
(Dalian 35).
"""

from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from knowledge.citations import Certainty, Citation
from knowledge.clocks import SkippedDay, chinese_date, end_of
from knowledge.errors import ImpossibleDates, UnknownRecordClass
from knowledge.loading import library
from knowledge.models import DatedRule
from knowledge.rules import NATIONAL, check_date, check_jurisdiction, in_force

__all__ = ["Disclosure", "EarlierPublicity", "Publicity", "disclosure", "publicity"]

_DAY = timedelta(days=1)


class EarlierPublicity(Struct, frozen=True):
    """What the rules before the present ones would have said; shown beside, never acted on."""

    regime: str
    minimum_ends_on: date
    maximum_ends_on: date
    why: str
    certainty: Certainty


class Publicity(Struct, frozen=True):
    """National publicity period of a record.

    `minimum_ends_on` is None where the class has no minimum. `opens_on` is the first day on which the period
    itself no longer stands in the way of repair. `maximum_ends_on` is a latest day by rule, never a promise:
    uncorrected conduct is treated as the sector provides. `is_estimated`: the minimum ends in a year without
    a published calendar.
    """

    state: Literal["computed", "unknown"]
    why: str
    minimum_ends_on: date | None
    maximum_ends_on: date | None
    opens_on: date | None
    is_published_in_principle: bool | None
    regime: str
    citations: tuple[Citation, ...]
    certainty: Certainty
    is_estimated: bool = False
    skipped: tuple[SkippedDay, ...] = ()
    earlier: EarlierPublicity | None = None


class Disclosure(Struct, frozen=True):
    """Local disclosure period. `extended`: still on the severe list, so disclosed until removed, whenever
    that is.
    """

    state: Literal["until", "extended", "no_number", "unknown"]
    ends_on: date | None
    why: str
    citation: Citation
    certainty: Certainty


def record_classes() -> tuple[str, ...]:
    """The classes an authority may state: minor, general, serious."""
    value = library().rules["repair.classes"][NATIONAL][-1].value
    assert isinstance(value, tuple)
    return value


def publicity(record_class: str | None, decided_on: date | None) -> Publicity:
    """Publicity by class, counted from the date of the document. Without class or date nothing is guessed.

    Records decided before the present rules are counted by them, since no transitional clause is known;
    `earlier` shows what the former rules said. Raises UnknownRecordClass for a class that no rule knows.
    """
    if record_class is not None and record_class not in record_classes():
        raise UnknownRecordClass(f"unknown class {record_class!r}; known: {', '.join(record_classes())}")
    basis = library().rules["publicity.starts"][NATIONAL][0]
    lacking = []
    if record_class is None:
        lacking.append("认定单位没有说明失信类别（轻微、一般或者严重）")
    if decided_on is None:
        lacking.append("没有认定文书的日期")
    if record_class is None or decided_on is None:
        return Publicity(
            state="unknown",
            why=f"无法计算公示期：{'，'.join(lacking)}。",
            minimum_ends_on=None,
            maximum_ends_on=None,
            opens_on=None,
            is_published_in_principle=None,
            regime=basis.citation.regulation,
            citations=(basis.citation,),
            certainty=basis.certainty,
        )
    check_date(decided_on)
    on = max(decided_on, basis.since)
    starts = in_force("publicity.starts", NATIONAL, on)
    minimum = in_force(f"publicity.{record_class}.minimum", NATIONAL, on)
    maximum = in_force(f"publicity.{record_class}.maximum", NATIONAL, on)
    principle = in_force("publicity.published_in_principle", NATIONAL, on)
    assert isinstance(principle.value, tuple)
    maximum_ends_on, _ = end_of(maximum, decided_on)
    minimum_ends_on: date | None = None
    skipped: tuple[SkippedDay, ...] = ()
    if minimum.value:
        minimum_ends_on, skipped = end_of(minimum, decided_on)
    earlier = _earlier(decided_on) if decided_on < basis.since else None
    return Publicity(
        state="computed",
        why=_why_publicity(decided_on, minimum_ends_on, maximum_ends_on, minimum, maximum, skipped, earlier),
        minimum_ends_on=minimum_ends_on,
        maximum_ends_on=maximum_ends_on,
        opens_on=decided_on if minimum_ends_on is None else minimum_ends_on + _DAY,
        is_published_in_principle=record_class in principle.value,
        regime=minimum.citation.regulation,
        citations=tuple(dict.fromkeys((minimum.citation, maximum.citation, starts.citation))),
        certainty=weakest(minimum.certainty, maximum.certainty, starts.certainty),
        is_estimated=minimum_ends_on is not None and library().working_days.is_estimated(minimum_ends_on),
        skipped=skipped,
        earlier=earlier,
    )


def disclosure(
    jurisdiction: str,
    *,
    ended_on: date | None,
    sentence_completed_on: date | None = None,
    severe_list: Literal["listed", "removed"] | None = None,
    removed_on: date | None = None,
    on: date | None = None,
) -> Disclosure:
    """How long the place itself discloses a dishonesty record.

    Dalian 35: five years from the end of the conduct, or from the completion of a sentence of imprisonment;
    longer while the subject is on the severe list. `on` is the legal date for the rule, by default the day
    the count begins (or the first day of the rule, for conduct that ended before). Yunnan's text has no
    number (`no_number`).
    """
    check_jurisdiction(jurisdiction)
    by_place = library().rules["disclosure.length"]
    if jurisdiction not in by_place:
        none = library().rules["disclosure.no_number"].get(jurisdiction)
        rule = none[-1] if none else library().rules["publicity.starts"][NATIONAL][0]
        return Disclosure(
            state="no_number",
            ends_on=None,
            why=none[-1].note if none else "国家规定没有另定披露期限，只定公示期。",
            citation=rule.citation,
            certainty=rule.certainty,
        )
    begins_on = sentence_completed_on or ended_on
    first = by_place[jurisdiction][0]
    if removed_on is not None and severe_list != "removed":
        raise ImpossibleDates("a day of removal needs severe_list='removed'")
    if begins_on is None:
        return Disclosure(
            state="unknown",
            ends_on=None,
            why="无法计算披露期限：没有失信行为或者事件终止的日期。",
            citation=first.citation,
            certainty=first.certainty,
        )
    check_date(begins_on)
    rule = in_force("disclosure.length", jurisdiction, on or max(begins_on, first.since))
    ends_on, _ = end_of(rule, begins_on)
    event = "刑罚执行完毕" if sentence_completed_on else "失信行为或者事件终止"
    why = f"自{chinese_date(begins_on)}{event}起{rule.value}年，至{chinese_date(ends_on)}"
    state: Literal["until", "extended"] = "until"
    until: date | None = ends_on
    if severe_list == "listed":
        state, until = "extended", None
        why += "；届满时仍在严重失信名单上的，延至移出之日"
    elif severe_list == "removed" and removed_on is None:
        # Removal is past, so it can only have prolonged a period that is now over as well.
        why += "；已经移出严重失信名单，不再延长（移出日期没有记载）"
    elif removed_on is not None and removed_on > ends_on:
        until = removed_on
        why += f"；届满时尚在严重失信名单上，延至{chinese_date(removed_on)}移出之日"
    return Disclosure(state=state, ends_on=until, why=f"{why}。", citation=rule.citation, certainty=rule.certainty)


def weakest(*certainties: Certainty) -> Certainty:
    """A statement that rests on several sources is only as sure as the least sure of them."""
    order = list(Certainty)
    return max(certainties, key=order.index)


def _earlier(decided_on: date) -> EarlierPublicity | None:
    minimum = library().rules["earlier.publicity.minimum"][NATIONAL][0]
    maximum = library().rules["earlier.publicity.maximum"][NATIONAL][0]
    if decided_on < minimum.since:
        return None
    minimum_ends_on, _ = end_of(minimum, decided_on)
    maximum_ends_on, _ = end_of(maximum, decided_on)
    return EarlierPublicity(
        regime=minimum.citation.regulation,
        minimum_ends_on=minimum_ends_on,
        maximum_ends_on=maximum_ends_on,
        why=f"认定当时适用{minimum.citation.label}，当时告知的日期可能不同（{minimum.note.rstrip('。')}）。",
        certainty=weakest(minimum.certainty, maximum.certainty),
    )


def _why_publicity(
    decided_on: date,
    minimum_ends_on: date | None,
    maximum_ends_on: date,
    minimum: DatedRule,
    maximum: DatedRule,
    skipped: tuple[SkippedDay, ...],
    earlier: EarlierPublicity | None,
) -> str:
    parts = [f"自认定文书之日{chinese_date(decided_on)}起算，依据{minimum.citation.label}（{minimum.certainty.label}）"]
    if minimum_ends_on is None:
        parts.append(minimum.note.rstrip("。"))
    else:
        parts.append(f"{minimum.title}至{chinese_date(minimum_ends_on)}")
    if skipped:
        parts.append("末日逢休息日，已经顺延")
    parts.append(
        f"{maximum.title}至{chinese_date(maximum_ends_on)}，届满能否停止公示还要看失信行为是否纠正、义务是否履行完毕"
    )
    if earlier is not None:
        parts.append(earlier.why.rstrip("。"))
    return "；".join(parts) + "。"
