"""What a view shows of its source, and what it never takes unasked."""

from datetime import UTC, datetime

import msgspec
import pytest

from api.desk.schemas import HappenedView
from api.infra.actors import Role
from api.infra.sources import SourceView
from api.infra.transitions import HistoryEntry
from api.infra.wire import Out
from knowledge.citations import Citation


class Law(msgspec.Struct, frozen=True):
    title: str
    citation: Citation
    secret: str = "for nobody"


class LawView(Out):
    title: str
    citation: SourceView
    is_new: bool = False


LAW = Law("查询", Citation(regulation="dalian", article=20))


def test_fields_come_from_the_source_and_what_is_said_beside_it_goes_first() -> None:
    shown = LawView.showing(LAW, title="授权查询")
    assert shown == LawView("授权查询", SourceView.of(LAW.citation))
    assert b"nobody" not in msgspec.json.encode(shown)


def test_what_is_missing_or_of_another_kind_or_unknown_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="citation"):
        LawView.showing(SourceView.of(LAW.citation), title="查询")
    with pytest.raises(msgspec.ValidationError, match="isNew"):
        LawView.showing(LAW, is_new="yes")
    with pytest.raises(TypeError, match="is_old"):
        LawView.showing(LAW, is_old=True)


def test_a_line_of_the_history_is_not_shown_without_saying_to_whom() -> None:
    at = datetime(2026, 11, 29, tzinfo=UTC)
    entry = HistoryEntry(
        at=at, action="reply", source="asked", target="checked", role=Role.OFFICER, by="stf_1", note="内部"
    )
    with pytest.raises(msgspec.ValidationError):
        HappenedView.showing(entry)


def test_what_was_made_stays_as_it_is_without_saying_so_again() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        setattr(LawView.showing(LAW), "title", "别的")  # noqa: B010 - mypy knows that a plain assignment cannot be
