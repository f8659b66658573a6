"""Whether repair may be applied for: every condition by name, the facts used, and the first possible day.

States, one vocabulary:
`open`     every condition that can be checked is met today;
`opens`    nothing but time is lacking: `opens_on` is the first day;
`unmet`    something the resident or an authority must do is lacking; `opens_on` is the first day the dates
would allow;
`unknown`  class or document date is lacking, or contradicts the severe list: nothing is guessed;
`closed`   there is nothing left to repair, or will be nothing on the first possible day; a law bars repair; or it is a
court's matter.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from knowledge.citations import Certainty, Citation
from knowledge.clocks import chinese_date
from knowledge.models import DatedRule
from knowledge.periods import Disclosure, Publicity, disclosure, publicity
from knowledge.rules import check_date, in_force

__all__ = ["NOTHING_TO_REPAIR", "Condition", "Eligibility", "RepairFacts", "eligibility"]

_DAY = timedelta(days=1)

NOTHING_TO_REPAIR = frozenset({"covered", "not_repaired", "repairable", "within_disclosure"})
"""The conditions without which repair is closed already on the day on which it is asked about."""
_CLOSING = NOTHING_TO_REPAIR | {"in_time"}

State = Literal["open", "opens", "unmet", "unknown", "closed"]


class RepairFacts(Struct, frozen=True):
    """What is known of one record. Absent means not known, never assumed.

    `barred_until` is the last day of a bar that the determining unit itself stated; `non_repairable_basis` names the law
    or policy document. `authority_until` and `unperformed` are the unit's statements on publicity, as for
    `knowledge.periods.publicity`. `is_court_matter`: a court decided, and repair follows the court's own rules.
    """

    jurisdiction: str
    record_class: str | None
    decided_on: date | None
    duty_performed_on: date | None
    corrected_on: date | None = None
    ended_on: date | None = None
    is_severe_listed: bool = False
    barred_until: date | None = None
    non_repairable_basis: str | None = None
    is_repaired: bool = False
    sentence_completed_on: date | None = None
    is_serving: bool = False
    severe_list: Literal["listed", "removed"] | None = None
    removed_on: date | None = None
    authority_until: date | None = None
    unperformed: str | None = None
    is_court_matter: bool = False


class Condition(Struct, frozen=True):
    """One condition. `is_met` is None where it cannot be checked from the facts. Only a decisive one changes
    the state.
    """

    name: str
    title: str
    is_met: bool | None
    detail: str
    citation: Citation
    certainty: Certainty
    is_decisive: bool = True


class Eligibility(Struct, frozen=True):
    """`opens_on` is the first day on which all dated conditions are met, as far as the dates are known."""

    state: State
    opens_on: date | None
    why: str
    conditions: tuple[Condition, ...]
    regime: str
    facts: RepairFacts
    publicity: Publicity


def eligibility(facts: RepairFacts, on: date) -> Eligibility:
    """Asked on a date; for "what if the duty is performed on DATE", pass facts with that `duty_performed_on`.

    Raises NoRuleInForce for a date before the present repair rules.
    """
    check_date(on)
    right = in_force("repair.right", facts.jurisdiction, on)
    period = publicity(
        facts.record_class,
        facts.decided_on,
        authority_until=facts.authority_until,
        unperformed=facts.unperformed,
    )
    within, ends_on = _within(facts, period, on)
    conditions = (
        _covered(facts, on),
        _not_repaired(facts, right),
        _repairable(facts, on),
        _class_and_document(facts, period, on),
        _minimum(facts, period, on),
        _performed(facts, on),
        _corrected(facts, on),
        _not_barred(facts, on),
        within,
        *_in_time(facts, period, within, ends_on, on),
        _severe_list(facts, on),
        _pledge(facts, on),
        _other(facts, on),
    )
    state = _state(conditions)
    opens_on = None if state in ("closed", "unknown") else _opens_on(facts, period)
    return Eligibility(
        state=state,
        opens_on=opens_on,
        why=_why(state, opens_on, conditions, on),
        conditions=conditions,
        regime=period.regime,
        facts=facts,
        publicity=period,
    )


def _state(conditions: tuple[Condition, ...]) -> State:
    failing = {c.name: c.is_met for c in conditions if c.is_decisive and c.is_met is not True}
    if failing.keys() & _CLOSING:
        return "closed"
    if "class_and_document" in failing:
        return "unknown"
    if None in failing.values():
        return "unmet"
    return "opens" if failing else "open"


def _opens_on(facts: RepairFacts, period: Publicity) -> date:
    bar = facts.barred_until
    days = (
        period.opens_on,
        facts.duty_performed_on,
        facts.corrected_on,
        None if bar is None else bar + _DAY,
    )
    return max(day for day in days if day is not None)


def _why(state: State, opens_on: date | None, conditions: tuple[Condition, ...], on: date) -> str:
    failing = [c for c in conditions if c.is_decisive and c.is_met is not True]
    details = "；".join(c.detail.rstrip("。") for c in failing)
    match state:
        case "open":
            return "现在可以申请信用修复。"
        case "opens":
            assert opens_on is not None
            return f"从{chinese_date(opens_on)}起可以申请：{details}。"
        case "unmet":
            assert opens_on is not None
            from_day = f"按现有日期，最早{chinese_date(opens_on)}可以申请。" if opens_on > on else "时间已经够了。"
            return f"还有条件没有满足：{details}。{from_day}"
        case "unknown":
            return f"现在无法计算：{details}。"
        case _ if not NOTHING_TO_REPAIR & {c.name for c in failing}:
            return f"期满自动停止以前，没有可以申请修复的日子：{details}。"
        case _:
            return f"不能申请信用修复：{details}。"


def _condition(
    name: str, rule: DatedRule, is_met: bool | None, detail: str, *, title: str = "", is_decisive: bool = True
) -> Condition:
    return Condition(
        name=name,
        title=title or rule.title,
        is_met=is_met,
        detail=detail,
        citation=rule.citation,
        certainty=rule.certainty,
        is_decisive=is_decisive,
    )


def _covered(facts: RepairFacts, on: date) -> Condition:
    rule = in_force("repair.not_covered", facts.jurisdiction, on)
    detail = (
        "这是人民法院的事项，按法院自己的规定办理，请向作出文书的法院申请"
        if facts.is_court_matter
        else "不是法院或者征信系统的事项"
    )
    return _condition("covered", rule, not facts.is_court_matter, detail, title="适用信用修复的规定")


def _not_repaired(facts: RepairFacts, rule: DatedRule) -> Condition:
    detail = "这条信息已经修复" if facts.is_repaired else "这条信息没有修复过"
    return _condition("not_repaired", rule, not facts.is_repaired, detail, title="尚未修复")


def _repairable(facts: RepairFacts, on: date) -> Condition:
    rule = in_force("repair.non_repairable_basis", facts.jurisdiction, on)
    basis = facts.non_repairable_basis
    detail = f"依据{basis}不可修复" if basis else "没有记载不可修复的依据"
    return _condition("repairable", rule, not basis, detail, title="不属于不可修复的情形")


def _class_and_document(facts: RepairFacts, period: Publicity, on: date) -> Condition:
    rule = in_force("repair.class_source", facts.jurisdiction, on)
    title = "类别和认定文书日期明确"
    if period.state == "unknown":
        return _condition("class_and_document", rule, None, period.why, title=title)
    if facts.is_severe_listed and facts.record_class != "serious":
        detail = "列入严重失信主体名单的信息应为严重失信，记载的类别与此不符，请向认定单位核实"
        return _condition("class_and_document", rule, None, detail, title=title)
    return _condition("class_and_document", rule, True, "类别和文书日期都有记载", title=title)


def _minimum(facts: RepairFacts, period: Publicity, on: date) -> Condition:
    rule = in_force("repair.condition.minimum", facts.jurisdiction, on)
    if period.opens_on is None:
        return _condition("minimum_publicity", rule, None, "无法计算最短公示期")
    if period.minimum_ends_on is None:
        detail = f"没有最短公示期，自认定文书之日{chinese_date(period.opens_on)}起即可"
    else:
        detail = f"最短公示期至{chinese_date(period.minimum_ends_on)}"
    found = _condition("minimum_publicity", rule, on >= period.opens_on, detail, title="达到最短公示期")
    if period.arguable_until is None:
        return found
    reading = in_force("publicity.minimum_not_extended", facts.jurisdiction, on)
    argued = f"（末日逢休息日，有人认为顺延到{chinese_date(period.arguable_until)}，其间的申请照常收下）"
    return msgspec.structs.replace(found, detail=detail + argued, certainty=reading.certainty)


def _performed(facts: RepairFacts, on: date) -> Condition:
    rule = in_force("repair.condition.duty", facts.jurisdiction, on)
    day = facts.duty_performed_on
    if day is None:
        return _condition("duty_performed", rule, None, "没有义务履行完毕的记载或者证明", title="义务履行完毕")
    detail = f"义务于{chinese_date(day)}履行完毕" if day <= on else f"按义务于{chinese_date(day)}履行完毕计算"
    return _condition("duty_performed", rule, day <= on, detail, title="义务履行完毕")


def _corrected(facts: RepairFacts, on: date) -> Condition:
    rule = in_force("repair.condition.duty", facts.jurisdiction, on)
    day = facts.corrected_on
    if day is None:
        detail = "没有单独记载纠正的日期，由认定单位核对"
        return _condition("corrected", rule, None, detail, title="失信行为已纠正", is_decisive=False)
    return _condition("corrected", rule, day <= on, f"失信行为于{chinese_date(day)}纠正", title="失信行为已纠正")


def _not_barred(facts: RepairFacts, on: date) -> Condition:
    rule = in_force("repair.breach_bar", facts.jurisdiction, on)
    title = "不在禁止申请的期间内"
    until = facts.barred_until
    if until is None:
        return _condition("not_barred", rule, True, "认定单位没有写明禁止申请的期间", title=title)
    return _condition("not_barred", rule, on > until, f"认定单位写明禁止申请至{chinese_date(until)}", title=title)


def _within(facts: RepairFacts, published: Publicity, on: date) -> tuple[Condition, date | None]:
    """Repair ends publicity, sharing and use: where all of them have ended by themselves, nothing is left to repair.

    A place with a period of its own goes on disclosing until that is over; elsewhere disclosure ends with publicity. The
    last day of it goes with the condition, where it is known.
    """
    severe_list: Literal["listed", "removed"] | None = "listed" if facts.is_severe_listed else facts.severe_list
    local: Disclosure = disclosure(
        facts.jurisdiction,
        ended_on=facts.ended_on,
        sentence_completed_on=facts.sentence_completed_on,
        is_serving=facts.is_serving,
        severe_list=severe_list,
        removed_on=facts.removed_on if severe_list == "removed" else None,
        today=on,
    )
    title = "还有公示或者披露可以停止"
    if local.state == "no_number":
        rule = in_force("repair.after_publicity", facts.jurisdiction, on)
        ends_on = None if severe_list == "listed" else published.ends_on
        is_over = ends_on is not None and on > ends_on
        detail = local.why if ends_on is None else f"公示到{chinese_date(ends_on)}，共享和查询一并停止"
        if is_over and ends_on is not None:
            detail = f"公示期已于{chinese_date(ends_on)}届满，应当已停止公示、共享和查询，没有可以修复的；还查得到的，可以提出异议"
        is_met = None if ends_on is None else not is_over
        return _condition("within_disclosure", rule, is_met, detail, title=title, is_decisive=is_over), ends_on
    is_over = local.ends_on is not None and on > local.ends_on
    found = Condition(
        name="within_disclosure",
        title=title,
        is_met=None if local.state in ("unknown", "not_begun") else not is_over,
        detail=f"披露期限已经届满，应当已停止披露：{local.why}" if is_over else local.why,
        citation=local.citation,
        certainty=local.certainty,
        is_decisive=is_over,
    )
    return found, local.ends_on


def _in_time(
    facts: RepairFacts, period: Publicity, within: Condition, ends_on: date | None, on: date
) -> Iterator[Condition]:
    """Only where the first possible day lies behind the last on which there is something to repair."""
    if ends_on is None or on > ends_on or period.opens_on is None:
        return
    opens_on = _opens_on(facts, period)
    if opens_on > ends_on:
        yield Condition(
            name="in_time",
            title="期满停止以前可以申请",
            is_met=False,
            detail=f"最早{chinese_date(opens_on)}可以申请，而{chinese_date(ends_on)}期满已经自动停止，那时没有可以修复的",
            citation=within.citation,
            certainty=within.certainty,
        )


def _severe_list(facts: RepairFacts, on: date) -> Condition:
    rule = in_force("repair.scope", facts.jurisdiction, on)
    if not facts.is_severe_listed:
        detail, is_met = "没有列入严重失信主体名单", True
    else:
        detail, is_met = "修复即移出名单，移出条件以列入决定文书载明的为准，由认定单位核对", None
    return _condition("severe_list", rule, is_met, detail, title="符合移出名单的条件", is_decisive=False)


def _pledge(facts: RepairFacts, on: date) -> Condition:
    rule = in_force("repair.condition.pledge", facts.jurisdiction, on)
    return _condition("pledge", rule, None, "提交申请时签署信用承诺书", is_decisive=False)


def _other(facts: RepairFacts, on: date) -> Condition:
    rule = in_force("repair.condition.other", facts.jurisdiction, on)
    return _condition("other", rule, None, "由认定单位核对行业规定的其他条件", is_decisive=False)
