"""The catalogue, and what intake refuses."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.catalogue import IntakeItem, check, document_types, entries, entry
from knowledge.errors import UnknownCatalogueEntry, UnknownJurisdiction
from knowledge.places import jurisdictions

ON = date(2026, 11, 21)

PENALTY = IntakeItem(
    jurisdiction="yunnan",
    code="admin-penalty",
    document_type="penalty",
    document_number="云建罚〔2026〕12号",
    decided_on=date(2026, 5, 6),
    record_class="general",
    subject_is_adult=True,
    texts={"summary": "未按规定设置安全警示标志，罚款20000元"},
)


def refused(item: IntakeItem, on: date = ON) -> list[tuple[str, str]]:
    return [(r.code, r.field) for r in check(item, on)]


def changed(**changes: object) -> IntakeItem:
    return msgspec.structs.replace(PENALTY, **changes)


@pytest.mark.parametrize("place", jurisdictions())
def test_each_entry_has_the_five_fields(place: str) -> None:
    for row in entries(place, ON):
        assert all((row.conduct, row.public_attribute, row.share_scope, row.source_and_channel, row.update_frequency))
        assert (row.section == "dishonesty") == bool(row.documents)


def test_what_may_be_withdrawn_is_what_yunnan_37_names() -> None:
    assert {row.code for row in entries("yunnan", ON) if row.withdrawable} == {
        "commendation",
        "volunteering",
        "donation",
        "self-declaration",
    }
    assert not any(row.withdrawable for row in entries("dalian", ON))


def test_blood_donation_is_recorded_in_dalian_only() -> None:
    assert entry("dalian", "blood-donation", ON).section == "commendation"
    with pytest.raises(UnknownCatalogueEntry, match="it has: identity, licence, admin-penalty"):
        entry("yunnan", "blood-donation", ON)


def test_before_the_regulation_there_is_no_catalogue() -> None:
    assert entries("yunnan", date(2022, 12, 31)) == ()
    with pytest.raises(UnknownCatalogueEntry, match="it has: none"):
        entry("yunnan", "admin-penalty", date(2022, 12, 31))
    with pytest.raises(UnknownJurisdiction):
        entries("beijing", ON)


def test_a_sound_item_is_taken() -> None:
    assert refused(PENALTY) == []
    assert refused(changed(jurisdiction="dalian")) == []
    assert refused(changed(record_class=None, subject_is_adult=None)) == []


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"code": "gossip"}, [("not-in-catalogue", "code")]),
        ({"code": "blood-donation"}, [("excluded-kind", "code")]),
        ({"code": "petition"}, [("excluded-kind", "code")]),
        ({"code": "red-light"}, [("legal-basis-required", "code")]),
        ({"subject_is_adult": False}, [("subject-without-capacity", "subject")]),
        ({"document_number": ""}, [("effective-document-missing", "document_number")]),
        ({"document_type": None}, [("effective-document-missing", "document_type")]),
        ({"decided_on": None}, [("effective-document-missing", "decided_on")]),
        ({"document_type": "judgment"}, [("document-type-unfit", "document_type")]),
        ({"decided_on": ON + timedelta(days=1)}, [("document-in-future", "decided_on")]),
        ({"record_class": "terrible"}, [("class-unknown", "record_class")]),
        ({"texts": {"summary": "该人患有癌症"}}, [("barred-personal-data", "summary")]),
        ({"texts": {"note": "涉及信访记录"}}, [("barred-personal-data", "note")]),
        ({"texts": {"summary": "个人所得税3万元未缴"}}, []),
    ],
)
def test_an_unsound_item_is_refused_with_code_and_field(changes: dict[str, Any], codes: list[tuple[str, str]]) -> None:
    assert refused(changed(**changes)) == codes


def test_each_refusal_speaks_chinese_and_cites() -> None:
    item = IntakeItem("yunnan", "admin-penalty", subject_is_adult=False, record_class="x", texts={"a": "血型"})
    for refusal in check(item, ON):
        assert refusal.title
        assert refusal.detail.endswith("。")
        assert refusal.citation.label.startswith("《")
    (refusal,) = check(changed(document_number=None), ON)
    assert refusal.citation.label == "《云南省社会信用条例》第二十六条"
    (refusal,) = check(changed(jurisdiction="dalian", document_type="judgment"), ON)
    assert "生效的行政处罚决定书" in refusal.detail
    assert refusal.citation.regulation == "order-36"


def test_what_residents_write_needs_written_consent_for_their_means() -> None:
    item = IntakeItem("dalian", "self-declaration", texts={"text": "月收入三千元"})
    assert refused(item) == [("written-consent-required", "text")]
    assert refused(msgspec.structs.replace(item, has_written_consent=True)) == []
    barred = msgspec.structs.replace(item, has_written_consent=True, texts={"text": "我信仰佛教"})
    assert refused(barred) == [("barred-personal-data", "text")]


LEASE = IntakeItem(
    jurisdiction="yunnan",
    code="market-contract",
    is_from_market=True,
    consented_on=date(2026, 3, 1),
    consent_proof="授权书118号",
    consent_purpose="本人申请租房",
    texts={"合同事项": "房屋租赁合同"},
)


@pytest.mark.parametrize(("place", "article"), [("yunnan", 13), ("dalian", 17)])
def test_market_information_wants_the_consent_with_its_proof_and_use(place: str, article: int) -> None:
    lease = msgspec.structs.replace(LEASE, jurisdiction=place)
    assert refused(lease) == []
    bare = msgspec.structs.replace(lease, consented_on=None, consent_proof="", consent_purpose=None)
    assert refused(bare) == [
        ("market-consent-missing", field) for field in ("consented_on", "consent_proof", "consent_purpose")
    ]
    assert {(one.citation.regulation, one.citation.article) for one in check(bare, ON)} == {(place, article)}
    assert refused(msgspec.structs.replace(bare, consent_exempt_by="某法第三条")) == []
    of_a_company = refused(msgspec.structs.replace(bare, is_organisation=True))
    assert bool(of_a_company) == (place == "yunnan"), "Dalian 17 speaks of natural persons, Yunnan 13 of every subject"


@pytest.mark.parametrize(("place", "article"), [("yunnan", 34), ("dalian", 18)])
def test_market_information_about_means_wants_the_warning_and_written_consent(place: str, article: int) -> None:
    means = msgspec.structs.replace(LEASE, jurisdiction=place, texts={"履约情况": "月收入三千元，按期付租"})
    (one,) = check(means, ON)
    assert (one.code, one.citation.article) == ("written-consent-required", article)
    assert refused(msgspec.structs.replace(means, has_written_consent=True)) == []


@pytest.mark.parametrize("place", jurisdictions())
def test_a_market_unit_sends_market_kinds_only_and_a_public_unit_none_of_them(place: str) -> None:
    kinds = entries(place, ON)
    assert sum(one.is_market for one in kinds) == 2
    for one in kinds:
        for is_from_market in (True, False):
            item = msgspec.structs.replace(LEASE, jurisdiction=place, code=one.code, is_from_market=is_from_market)
            found = [refusal for refusal in check(item, ON) if refusal.code == "not-of-this-unit"]
            assert bool(found) == (one.is_market != is_from_market), one.code
            assert all(refusal.citation.article for refusal in found)


def test_excluded_kinds_begin_with_the_regulation() -> None:
    item = IntakeItem("yunnan", "petition")
    assert refused(item, date(2023, 1, 1)) == [("excluded-kind", "code")]


def test_the_documents_are_named_for_people() -> None:
    assert {d.id for d in document_types()} >= {"judgment", "arbitral_award", "penalty", "other_by_law"}
    assert all(d.title.endswith("书") for d in document_types())


@given(st.sampled_from(jurisdictions()), st.text(max_size=30))
def test_only_codes_of_the_catalogue_are_taken(place: str, code: str) -> None:
    known = {row.code for row in entries(place, ON)}
    codes = [r.code for r in check(IntakeItem(place, code), ON)]
    assert (code in known) or codes[0] in ("not-in-catalogue", "excluded-kind", "legal-basis-required")
