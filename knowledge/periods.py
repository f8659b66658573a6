"""The two periods of a dishonesty record: national publicity (from the document date) and local disclosure
(Dalian 35).
"""

from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from knowledge.citations import Certainty, Citation
from knowledge.clocks import chinese_date, end_of
from knowledge.errors import CalendarUnknown, ImpossibleDates, UnknownRecordClass
from knowledge.loading import library
from knowledge.models import DatedRule
from knowledge.rules import NATIONAL, check_date, check_jurisdiction, in_force, version_on

__all__ = ["Disclosure", "EarlierPublicity", "Publicity", "disclosure", "publicity"]

_DAY = timedelta(days=1)


class EarlierPublicity(Struct, frozen=True):
    """What the rules before the present ones would have said; shown beside, never acted on. `special_minimum_ends_on`:
    in the fields for which they had a longer minimum.
    """

    regime: str
    minimum_ends_on: date
    maximum_ends_on: date
    why: str
    certainty: Certainty
    special_minimum_ends_on: date | None = None


class Publicity(Struct, frozen=True):
    """National publicity period of a record.

    `minimum_ends_on` is None where the class has no minimum. `opens_on` is the first day on which the period
    itself no longer stands in the way of repair; `arguable_until` a later day that some read into civil code 203, where
    the minimum ends on a day off: told, and never a reason to refuse in between. `ends_on` is the day on which publicity
    ends by itself, the earlier of `maximum_ends_on` and the authority's own date; None where it goes on because the
    authority states that duties are not performed, and where neither is known. `difference` says in Chinese how the two
    dates differ, for the authority to explain. `is_estimated`: `arguable_until` lies in a year without a published
    calendar.
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
    arguable_until: date | None = None
    earlier: EarlierPublicity | None = None
    authority_until: date | None = None
    ends_on: date | None = None
    ends_by: Literal["maximum", "authority", "stated_unperformed", "unknown"] = "unknown"
    difference: str = ""


class Disclosure(Struct, frozen=True):
    """Local disclosure period. `extended`: still on the severe list, so disclosed until removed, whenever that is.
    `not_begun`: a sentence of imprisonment still runs; `would_end_on` counts from the completion that is foreseen.
    """

    state: Literal["until", "extended", "not_begun", "no_number", "unknown"]
    ends_on: date | None
    why: str
    citation: Citation
    certainty: Certainty
    would_end_on: date | None = None


def record_classes() -> tuple[str, ...]:
    """The classes an authority may state: minor, general, serious."""
    value = library().rules["repair.classes"][NATIONAL][-1].value
    assert isinstance(value, tuple)
    return value


def publicity(
    record_class: str | None,
    decided_on: date | None,
    *,
    authority_until: date | None = None,
    unperformed: str | None = None,
) -> Publicity:
    """Publicity by class, counted from the date of the document. Without class or date nothing is guessed.

    `authority_until` is the last day that the authority itself named (公示截止期); `unperformed` its statement, with its
    ground, that duties are not performed or conduct is not corrected, which alone keeps publicity going.

    Records decided before the present rules are counted by them, since no transitional clause is known;
    `earlier` shows what the former rules said. Raises UnknownRecordClass for a class that no rule knows.
    """
    if record_class is not None and record_class not in record_classes():
        raise UnknownRecordClass(f"unknown class {record_class!r}; known: {', '.join(record_classes())}")
    basis = library().rules["publicity.starts"][NATIONAL][0]
    if record_class is None or decided_on is None:
        return _unknown_publicity(record_class, decided_on, authority_until, unperformed, basis)
    check_date(decided_on)
    on = max(decided_on, basis.since)
    starts = in_force("publicity.starts", NATIONAL, on)
    minimum = in_force(f"publicity.{record_class}.minimum", NATIONAL, on)
    maximum = in_force(f"publicity.{record_class}.maximum", NATIONAL, on)
    principle = in_force("publicity.published_in_principle", NATIONAL, on)
    assert isinstance(principle.value, tuple)
    maximum_ends_on, _ = end_of(maximum, decided_on)
    minimum_ends_on: date | None = None
    arguable: date | None = None
    certainties = [minimum.certainty, maximum.certainty, starts.certainty]
    citations = [minimum.citation, maximum.citation, starts.citation]
    if minimum.value:
        minimum_ends_on, _ = end_of(minimum, decided_on)
        arguable = _arguable(minimum_ends_on)
        if arguable is not None:
            reading = in_force("publicity.minimum_not_extended", NATIONAL, on)
            certainties.append(reading.certainty)
            citations.append(reading.citation)
    earlier = _earlier(record_class, decided_on) if decided_on < basis.since else None
    ends_on, ends_by = _end(maximum_ends_on, authority_until, unperformed)
    if ends_by == "authority":
        citations.append(in_force("publicity.authority_date", NATIONAL, on).citation)
    elif ends_by == "stated_unperformed":
        citations.append(in_force("publicity.exception", NATIONAL, on).citation)
    difference = _difference(maximum_ends_on, authority_until)
    return Publicity(
        state="computed",
        why=_why_publicity(decided_on, minimum_ends_on, maximum_ends_on, minimum, maximum, arguable, earlier)
        + _why_end(ends_on, ends_by, difference, unperformed),
        minimum_ends_on=minimum_ends_on,
        maximum_ends_on=maximum_ends_on,
        opens_on=decided_on if minimum_ends_on is None else minimum_ends_on + _DAY,
        is_published_in_principle=record_class in principle.value,
        regime=minimum.citation.regulation,
        citations=tuple(dict.fromkeys(citations)),
        certainty=weakest(*certainties),
        is_estimated=arguable is not None and library().working_days.is_estimated(arguable),
        arguable_until=arguable,
        earlier=earlier,
        authority_until=authority_until,
        ends_on=ends_on,
        ends_by=ends_by,
        difference=difference,
    )


def _unknown_publicity(
    record_class: str | None,
    decided_on: date | None,
    authority_until: date | None,
    unperformed: str | None,
    basis: DatedRule,
) -> Publicity:
    """Neither the minimum nor the maximum; the authority's own date ends publicity all the same."""
    lacking = []
    if record_class is None:
        lacking.append("认定单位没有说明失信类别（轻微、一般或者严重）")
    if decided_on is None:
        lacking.append("没有认定文书的日期")
    ends_on, ends_by = _end(None, authority_until, unperformed)
    return Publicity(
        state="unknown",
        why=f"无法计算公示期：{'，'.join(lacking)}。" + _why_end(ends_on, ends_by, "", unperformed),
        minimum_ends_on=None,
        maximum_ends_on=None,
        opens_on=None,
        is_published_in_principle=None,
        regime=basis.citation.regulation,
        citations=(basis.citation,),
        certainty=basis.certainty,
        authority_until=authority_until,
        ends_on=ends_on,
        ends_by=ends_by,
    )


def _end(
    maximum: date | None, authority: date | None, unperformed: str | None
) -> tuple[date | None, Literal["maximum", "authority", "stated_unperformed", "unknown"]]:
    if unperformed:
        return None, "stated_unperformed"
    if authority is not None and (maximum is None or authority < maximum):
        return authority, "authority"
    return (maximum, "maximum") if maximum is not None else (None, "unknown")


def _arguable(minimum_ends_on: date) -> date | None:
    """The next working day where the minimum ends on a day off; no calendar, no argument."""
    try:
        later = library().working_days.on_or_after(minimum_ends_on)
    except CalendarUnknown:
        return None
    return later if later != minimum_ends_on else None


def disclosure(
    jurisdiction: str,
    *,
    ended_on: date | None,
    sentence_completed_on: date | None = None,
    is_serving: bool = False,
    severe_list: Literal["listed", "removed"] | None = None,
    removed_on: date | None = None,
    on: date | None = None,
    today: date | None = None,
) -> Disclosure:
    """How long the place itself discloses a dishonesty record.

    Dalian 35: five years from the end of the conduct, or from the completion of a sentence of imprisonment;
    longer while the subject is on the severe list. `is_serving`: the sentence still runs, so nothing has begun; the same
    for a completion that lies after `today`. `on` is the legal date for the rule, by default the day
    the count begins (or the first day of the rule, for conduct that ended before). Yunnan's text has no
    number (`no_number`): what is disclosed there ends with publicity.
    """
    check_jurisdiction(jurisdiction)
    by_place = library().rules["disclosure.length"]
    if jurisdiction not in by_place:
        none = library().rules["disclosure.no_number"].get(jurisdiction)
        rule = none[-1] if none else library().rules["publicity.starts"][NATIONAL][0]
        return Disclosure(
            state="no_number",
            ends_on=None,
            why=none[-1].note + library().rules["disclosure.with_publicity"][jurisdiction][-1].note
            if none
            else "国家规定没有另定披露期限，只定公示期。",
            citation=rule.citation,
            certainty=rule.certainty,
        )
    begins_on = sentence_completed_on or ended_on
    first = by_place[jurisdiction][0]
    if removed_on is not None and severe_list != "removed":
        raise ImpossibleDates("a day of removal needs severe_list='removed'")
    if is_serving and sentence_completed_on is None:
        return Disclosure(
            state="not_begun",
            ends_on=None,
            why="刑罚还没有执行完毕，披露期限还没有开始计算。",
            citation=first.citation,
            certainty=first.certainty,
        )
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
    if sentence_completed_on is not None and today is not None and sentence_completed_on > today:
        foreseen = f"刑罚预计{chinese_date(sentence_completed_on)}执行完毕，披露期限还没有开始计算"
        return Disclosure(
            state="not_begun",
            ends_on=None,
            why=f"{foreseen}；按这一天起算，到{chinese_date(ends_on)}，提前或者推迟的以实际为准。",
            citation=rule.citation,
            certainty=rule.certainty,
            would_end_on=ends_on,
        )
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


def _earlier(record_class: str, decided_on: date) -> EarlierPublicity | None:
    """By the regime of the day of the document; before the first that is known, None."""
    regime_class = record_class if f"earlier.publicity.{record_class}.minimum" in library().rules else "general"
    minimum = version_on(library().rules[f"earlier.publicity.{regime_class}.minimum"][NATIONAL], decided_on)
    maximum = version_on(library().rules[f"earlier.publicity.{regime_class}.maximum"][NATIONAL], decided_on)
    if minimum is None or maximum is None:
        return None
    minimum_ends_on, _ = end_of(minimum, decided_on)
    maximum_ends_on, _ = end_of(maximum, decided_on)
    by_field = library().rules.get("earlier.publicity.special.minimum", {}).get(NATIONAL, ())
    special = version_on(by_field, decided_on)
    special_ends_on = end_of(special, decided_on)[0] if special is not None else None
    said = f"最短至{chinese_date(minimum_ends_on)}、最长至{chinese_date(maximum_ends_on)}"
    if special is not None and special_ends_on is not None:
        said += f"（{special.title.removeprefix('当时的最短公示期')}最短至{chinese_date(special_ends_on)}）".replace(
            "（（", "（"
        ).replace("）最短", "领域最短")
    return EarlierPublicity(
        regime=minimum.citation.regulation,
        minimum_ends_on=minimum_ends_on,
        maximum_ends_on=maximum_ends_on,
        why=f"认定当时适用{minimum.citation.label}，当时告知的日期可能不同：{said}（{minimum.certainty.label}）。",
        certainty=weakest(minimum.certainty, maximum.certainty),
        special_minimum_ends_on=special_ends_on,
    )


def _difference(maximum: date, authority: date | None) -> str:
    if authority is None or authority == maximum:
        return ""
    which = "早于" if authority < maximum else "晚于"
    return f"认定单位写明的公示截止期{chinese_date(authority)}{which}按类别计算的最长公示期{chinese_date(maximum)}"


def _why_end(ends_on: date | None, ends_by: str, difference: str, unperformed: str | None) -> str:
    parts = [difference] if difference else []
    if ends_by == "stated_unperformed":
        parts.append(f"认定单位说明义务没有履行或者行为没有纠正（{unperformed}），公示继续")
    elif ends_on is not None:
        parts.append(f"公示到{chinese_date(ends_on)}自动停止")
    return "；".join(parts) + "。" if parts else ""


def _why_publicity(
    decided_on: date,
    minimum_ends_on: date | None,
    maximum_ends_on: date,
    minimum: DatedRule,
    maximum: DatedRule,
    arguable: date | None,
    earlier: EarlierPublicity | None,
) -> str:
    parts = [f"自认定文书之日{chinese_date(decided_on)}起算，依据{minimum.citation.label}（{minimum.certainty.label}）"]
    if minimum_ends_on is None:
        parts.append(minimum.note.rstrip("。"))
    else:
        parts.append(f"{minimum.title}至{chinese_date(minimum_ends_on)}")
    if arguable is not None:
        parts.append(
            f"末日逢休息日，有人认为顺延到{chinese_date(arguable)}；顺延不应加重居民的负担，这里按较早的一天（推断）"
        )
    parts.append(f"{maximum.title}至{chinese_date(maximum_ends_on)}")
    if earlier is not None:
        parts.append(earlier.why.rstrip("。"))
    return "；".join(parts) + "。"
