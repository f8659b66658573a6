"""What clerks' files become, judged to the end without a database."""

import csv
import io
from typing import Any

from api.records.admission import Admission
from api.records.faults import Refusal
from api.records.files.headers import Choice
from api.records.files.reading import Reading
from api.records.files.survey import Survey
from api.records.intake import _admit
from api.records.models import IntakeReport, Record
from api.records.returned import notes_of
from tests.support.api import make_settings
from tests.support.files import DALIAN
from tests.support.world import FixedClock

KEYS = make_settings().keys
NOW = FixedClock.at("2026-11-21T10:00+08:00").now()
UNIT = "大连市市场监督管理局"
FINE = "罚款金额（万元）"
Faults = list[tuple[int, str, str]]


class Judged:
    def __init__(self, body: bytes, choice: Choice | None = None) -> None:
        reading = Reading(io.BytesIO(body), choice)
        self.survey: Survey = reading.survey()
        self.records: list[Record] = []
        self.faults: Faults = []
        admission = Admission(DALIAN, KEYS, NOW)
        for one in reading.rows():
            try:
                self.records += admission.records_of([_admit(admission, one)])
            except Refusal as refused:
                self.faults += [(fault.line, fault.column, fault.code) for fault in refused.faults]

    @property
    def fines(self) -> list[str | None]:
        return [record.particulars.items.get(FINE) for record in self.records]

    @property
    def notes(self) -> str:
        report = IntakeReport(accepted=0, unchanged=0, refused=(), refused_count=0, survey=self.survey)
        return "".join(notes_of(report))


def csv_of(rows: list[list[Any]], encoding: str = "utf-8-sig", separator: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)
