"""Checks the name and document number that a person enters: form, check digit, birth date, age. Pure."""

from datetime import date
from functools import cache

import msgspec

from api.accounts.errors import IdentityInvalid, NotOfAge
from api.infra import data_files
from api.infra.data_files import FromFile
from api.infra.errors import FieldFault
from knowledge.clocks import add_months
from knowledge.errors import InvalidDocumentNumber, KnowledgeError, UnknownDocumentKind
from knowledge.identity import (
    capacity,
    check_document_number,
    document_kinds,
    is_name,
    is_organisation,
    normal_name,
    parse_resident_id,
)
from knowledge.rules import in_force

_MAX_NAME = 50


class Claim(msgspec.Struct, frozen=True):
    """A well-formed identity that nobody has confirmed yet."""

    name: str
    document_kind: str
    document_number: str
    born_on: date

    def __repr__(self) -> str:
        return "Claim(***)"


def check_identity(name: str, document_kind: str, document_number: str, born_on: date | None, on: date) -> Claim:
    """Raises IdentityInvalid with every wrong field; its messages never repeat the input."""
    faults: list[FieldFault] = []
    written = normal_name(name)
    if not 0 < len(written) <= _MAX_NAME or not is_name(written):
        faults.append(FieldFault(field="name", message="请填写证件上的姓名。"))
    number, own_birthday = "", None
    try:
        kind = "" if is_organisation(document_kind) else document_kind  # a representative applies at `/me/mandates`
        number = check_document_number(kind, document_number, on)
        own_birthday = _birthday_in(document_kind, number, on)
    except UnknownDocumentKind:
        faults.append(FieldFault(field="documentKind", message="请选择列出的证件种类。"))
    except InvalidDocumentNumber as fault:
        faults.append(FieldFault(field="documentNumber", message=str(fault)))
    else:
        if own_birthday is None and born_on is None:
            faults.append(FieldFault(field="bornOn", message="这种证件的号码里没有出生日期，请填写出生日期。"))
        elif born_on is not None and (born_on > on or own_birthday not in (None, born_on)):
            faults.append(FieldFault(field="bornOn", message="出生日期与证件不一致，请核对。"))
    birthday = own_birthday or born_on
    if faults or birthday is None:
        raise IdentityInvalid(faults=tuple(faults))
    return Claim(name=written, document_kind=document_kind, document_number=number, born_on=birthday)


def check_age(claim: Claim, jurisdiction: str, on: date) -> None:
    """Raises NotOfAge (Yunnan 3 and 10, Dalian 3): the report is of people with full capacity for civil conduct."""
    found = capacity(claim.born_on, on)
    if found.has_full_capacity:
        return
    try:
        citation = in_force("subject.full_capacity", jurisdiction, on).citation
    except KnowledgeError:
        citation = found.citation
    if capacity(claim.born_on, on, own_income=True).has_full_capacity:
        step = "以自己的劳动收入为主要生活来源的，请带有效身份证件和收入证明到信用中心窗口办理；其他事项请由监护人到窗口咨询。"
    else:
        step = "请由监护人带双方的有效身份证件到信用中心窗口咨询。"
    raise NotOfAge(f"{found.why}公共信用信息只记录具有完全民事行为能力的人。", step, citation)


class _Settings(FromFile):
    suggest_elder_mode_from_years: int


@cache
def _elder_from() -> int:
    return data_files.read("api.accounts", "service.toml", _Settings).suggest_elder_mode_from_years


def is_elderly(born_on: date, on: date) -> bool:
    """True from the birthday on; for people born on a leap day that is 28 February in other years, as of age (civil code 202)."""
    return on >= add_months(born_on, 12 * _elder_from())


def _birthday_in(kind: str, number: str, on: date) -> date | None:
    has_birthday = any(document.id == kind and document.checks for document in document_kinds())
    return parse_resident_id(number, on).born_on if has_birthday else None
