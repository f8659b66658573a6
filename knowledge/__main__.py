"""python -m knowledge: the law as this product knows it, on a terminal."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NoReturn
from zoneinfo import ZoneInfo

import msgspec

from knowledge.articles import article
from knowledge.catalogue import entries
from knowledge.citations import Certainty, Citation
from knowledge.clocks import Pause, clocks, due
from knowledge.coverage import table
from knowledge.errors import KnowledgeError
from knowledge.measures import measures
from knowledge.models import DatedRule
from knowledge.periods import disclosure, record_classes
from knowledge.places import jurisdictions
from knowledge.repair import RepairFacts, eligibility
from knowledge.rules import history, rules

SHANGHAI = ZoneInfo("Asia/Shanghai")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; `--help` says the rest."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0, 1 for a question the law does not answer, 2 for a command that cannot be read."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], None] = options.run
    try:
        run(options)
        sys.stdout.flush()
    except KnowledgeError as error:
        print(error, file=sys.stderr)
        return 1
    except OverflowError:
        print("a date is too near to the end of all dates", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m knowledge", description="What the law says, as of a date.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    today = datetime.now(SHANGHAI).date()

    command = commands.add_parser("article", help="an article with its citation")
    command.add_argument(
        "regulation", help="an instrument, such as the regulation of a place: " + ", ".join(jurisdictions())
    )
    command.add_argument("number", type=int, help="the article, as a number")
    command.set_defaults(run=_article)

    command = commands.add_parser("coverage", help="every article: what it asks, where it is done, which test shows it")
    command.set_defaults(run=_coverage)

    command = commands.add_parser("rules", help="every rule in force: value, source, certainty")
    _add_place(command, today, required=False)
    command.add_argument("--rule", help="only this rule, with every version it has had")
    command.set_defaults(run=_rules)

    command = commands.add_parser("due", help="one due date, and on the next line the reason")
    command.add_argument("clock", help=f"one of: {', '.join(clocks())}")
    command.add_argument("--jurisdiction", required=True, help=f"one of: {', '.join(jurisdictions())}")
    command.add_argument("--from", dest="received_on", type=_date, required=True, help="the day that starts it")
    command.add_argument(
        "--pause",
        type=_pause,
        action="append",
        default=[],
        metavar="KIND:FROM:UNTIL",
        help="time left out by law, both days included, e.g. appraisal:2026-03-02:2026-03-06; repeatable",
    )
    command.set_defaults(run=_due)

    command = commands.add_parser("periods", help="publicity, repair and disclosure of one record, as JSON")
    _add_place(command, today, required=True)
    command.add_argument("--class", dest="record_class", choices=record_classes(), help="as the authority states")
    command.add_argument("--decided", type=_date, help="date of the document")
    command.add_argument("--ended", type=_date, help="day the conduct ended")
    command.add_argument("--performed", type=_date, help="day the duty was, or would be, performed")
    command.add_argument("--corrected", type=_date, help="day the conduct was corrected")
    command.add_argument(
        "--sentence-completed", type=_date, help="day a sentence of imprisonment was, or is to be, completed"
    )
    command.add_argument(
        "--serving", "--sentence-running", action="store_true", help="a sentence of imprisonment still runs"
    )
    command.add_argument(
        "--severe-list", "--list", choices=("listed", "removed"), help="on the severe list, or removed"
    )
    command.add_argument("--removed", "--removed-on", type=_date, help="day of the removal from the list")
    command.add_argument(
        "--published-until",
        "--authority-until",
        dest="authority_until",
        type=_date,
        help="last day of publicity that the authority itself named (公示截止期)",
    )
    command.add_argument(
        "--unperformed", metavar="GROUND", help="the authority states, with this ground, that duties are not performed"
    )
    command.add_argument("--barred-until", type=_date, help="last day of a bar that the determining unit stated")
    command.add_argument("--court", action="store_true", help="a court decided it")
    command.set_defaults(run=_periods)

    command = commands.add_parser("measures", help="incentives and penalty measures by list code")
    _add_place(command, today, required=False)
    command.set_defaults(run=_measures)

    command = commands.add_parser("catalogue", help="what may be collected, with the five fields of each entry")
    _add_place(command, today, required=False)
    command.set_defaults(run=_catalogue)
    return parser


def _add_place(command: argparse.ArgumentParser, today: date, *, required: bool) -> None:
    command.add_argument("--jurisdiction", required=required, help=f"one of: {', '.join(jurisdictions())}")
    command.add_argument("--on", type=_date, default=today, help="the legal date, YYYY-MM-DD (default: today)")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a date (YYYY-MM-DD): {text!r}") from None


def _pause(text: str) -> Pause:
    kind, *days = text.split(":")
    try:
        from_on, until_on = map(_date, days)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a pause (KIND:FROM:UNTIL): {text!r}") from None
    return Pause(kind, from_on, until_on)


def _places(options: argparse.Namespace) -> tuple[str, ...]:
    return (options.jurisdiction,) if options.jurisdiction else jurisdictions()


def _source(citation: Citation, certainty: Certainty) -> str:
    return f"{citation.label}（{certainty.value}：{certainty.label}）"


def _article(options: argparse.Namespace) -> None:
    found = article(options.regulation, options.number)
    print(f"{found.label}　{found.chapter}")
    print(found.text)
    if found.missing:
        print(f"［{found.missing}］")


def _coverage(options: argparse.Namespace) -> None:
    print(table(), end="")


def _rules(options: argparse.Namespace) -> None:
    if options.rule:
        versions = [rule for place in _places(options) for rule in history(options.rule, place)]
        for rule in dict.fromkeys(versions):
            print(_rule(rule))
        return
    for rule in rules(options.on, options.jurisdiction):
        print(_rule(rule))


def _rule(rule: DatedRule) -> str:
    value: object = "、".join(rule.value) if isinstance(rule.value, tuple) else rule.value
    if isinstance(value, bool):
        value = "是" if value else "否"
    life = f"{rule.since} – {rule.until or ''}".rstrip()
    statutory = "" if rule.is_statutory else "（非法定）"
    columns = (
        rule.id,
        rule.jurisdiction,
        f"{rule.title}{statutory}",
        f"{value} {rule.unit}",
        life,
        _source(rule.citation, rule.certainty),
    )
    return "\t".join((*columns, rule.note) if rule.note else columns)


def _due(options: argparse.Namespace) -> None:
    answer = due(options.clock, options.jurisdiction, options.received_on, options.pause)
    print(answer.on)
    print(answer.reason)


def _periods(options: argparse.Namespace) -> None:
    facts = RepairFacts(
        jurisdiction=options.jurisdiction,
        record_class=options.record_class,
        decided_on=options.decided,
        duty_performed_on=options.performed,
        corrected_on=options.corrected,
        ended_on=options.ended,
        is_severe_listed=options.severe_list == "listed",
        barred_until=options.barred_until,
        sentence_completed_on=options.sentence_completed,
        is_serving=options.serving,
        severe_list=options.severe_list,
        removed_on=options.removed,
        authority_until=options.authority_until,
        unperformed=options.unperformed,
        is_court_matter=options.court,
    )
    local = disclosure(
        options.jurisdiction,
        ended_on=options.ended,
        sentence_completed_on=options.sentence_completed,
        is_serving=options.serving,
        severe_list=options.severe_list,
        removed_on=options.removed,
        today=options.on,
    )
    repair = eligibility(facts, options.on)
    publicity = repair.publicity
    earlier = publicity.earlier
    answer = {
        "jurisdiction": options.jurisdiction,
        "on": options.on,
        "publicity": {
            "state": publicity.state,
            "minimum_ends_on": publicity.minimum_ends_on,
            "maximum_ends_on": publicity.maximum_ends_on,
            "is_published_in_principle": publicity.is_published_in_principle,
            "is_estimated": publicity.is_estimated,
            "regime": publicity.regime,
            "why": publicity.why,
            "source": [citation.label for citation in publicity.citations],
            "certainty": publicity.certainty,
            "ends_on": publicity.ends_on,
            "ends_by": publicity.ends_by,
            "authority_until": publicity.authority_until,
            "difference": publicity.difference or None,
            "minimum_arguable_until": publicity.arguable_until,
            "earlier": earlier
            and {
                "regime": earlier.regime,
                "minimum_ends_on": earlier.minimum_ends_on,
                "maximum_ends_on": earlier.maximum_ends_on,
                "special_minimum_ends_on": earlier.special_minimum_ends_on,
                "why": earlier.why,
                "certainty": earlier.certainty,
            },
        },
        "repair": {
            "state": repair.state,
            "opens_on": repair.opens_on,
            "why": repair.why,
            "conditions": [
                {
                    "name": condition.name,
                    "title": condition.title,
                    "is_met": condition.is_met,
                    "detail": condition.detail,
                    "source": condition.citation.label,
                    "certainty": condition.certainty,
                }
                for condition in repair.conditions
            ],
        },
        "disclosure": {
            "state": local.state,
            "until": local.ends_on,
            "why": local.why,
            "source": [local.citation.label],
            "certainty": local.certainty,
            "would_end_on": local.would_end_on,
            "ends_with_publicity_on": publicity.ends_on if local.state == "no_number" else None,
        },
    }
    print(msgspec.json.format(msgspec.json.encode(answer)).decode())


def _measures(options: argparse.Namespace) -> None:
    for place in _places(options):
        for row in measures(place, options.on):
            print(
                "\t".join(
                    (
                        place,
                        row.code,
                        row.kind,
                        row.title,
                        row.list_title,
                        _source(row.citation, row.certainty),
                    )
                )
            )


def _catalogue(options: argparse.Namespace) -> None:
    for place in _places(options):
        for row in entries(place, options.on):
            fields = (
                row.conduct,
                row.public_attribute,
                row.share_scope,
                row.source_and_channel,
                row.update_frequency,
            )
            print("\t".join((place, row.code, row.title, *fields, _source(row.source, row.certainty))))


if __name__ == "__main__":
    sys.exit(main())
