"""Routes for units, with an API key or by one of their people: handing in records, reading them back, correcting them, the feed."""

from typing import Annotated, Any
from urllib.parse import unquote

from litestar import Controller, Request, Response, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter

from api.http.access import needs
from api.http.injection import Needs
from api.http.openapi import Accepted
from api.http.paging import Asked
from api.http.visit import Visit
from api.infra.errors import FieldFault, Invalid, NotFound
from api.infra.mongo import Tx
from api.infra.paging import Page, encode_cursor
from api.infra.wire import Items
from api.records.corrections import CorrectionService
from api.records.deliveries import DeliveryService
from api.records.errors import SearchUnclear
from api.records.files.columns import layouts
from api.records.files.headers import Choice
from api.records.files.lines import Line
from api.records.files.templates import columns_to_fill, template_of
from api.records.lookup import LookupService
from api.records.schemas import (
    Acknowledgement,
    Correction,
    FeedEntryView,
    FeedView,
    ProvidedView,
    Revocation,
    RevocationView,
)
from api.records.service import RecordService
from api.records.unit_schemas import (
    DeliveryView,
    FindRecords,
    Header,
    IntakeView,
    TemplateView,
    UnitRecordLine,
    UnitRecordView,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LINE = {
    "code": "commendation",
    "name": "丁小满",
    "documentKind": "resident_id",
    "documentNumber": "210202198001010016",
    "decidedOn": "2026-05-04",
    "items": {"荣誉名称": "大连市道德模范", "授予单位": "大连市文明办"},
}
_COLUMNS = "; ".join(
    f"{layout.title}: {'、'.join(column.title for column in columns_to_fill(layout.id))}" for layout in layouts()
)
_TABLE = f"A table in a layout of 双公示 (2015, 2018, 2023; Chinese headers or field codes). Columns: {_COLUMNS}"
FORMS = {
    XLSX: Accepted(f"A workbook (xlsx). {_TABLE}"),
    "application/vnd.ms-excel": Accepted("A workbook (xls), likewise"),
    "text/csv": Accepted(
        "The same as CSV: UTF-8, GB18030, or UTF-16 with BOM; comma, semicolon or tab",
        example="行政相对人名称,行政相对人类别,证件类型,证件号码,行政处罚决定书文号,处罚决定日期,处罚机关\n"
        "丁小满,自然人,身份证,210202198001010016,连市监罚〔2026〕1号,2026-01-31,大连市市场监督管理局\n",
    ),
    "application/x-ndjson": Accepted("JSON lines, one record a line: every kind of the catalogue", Line, _LINE),
    "application/jsonl": Accepted("JSON lines, by another name", Line, _LINE),
    "application/json": Accepted("An array of the same", list[Line], [_LINE]),
    "application/octet-stream": Accepted("Any of these; the bytes decide"),
}
_MAX_NAME = 120


class UnitRecordController(Controller):
    path = "/provider/records"
    tags = ("provider",)
    opt = needs("provider")

    @post(
        scope="records",
        limit="provider-intake",
        operation_id="sendRecords",
        stored_first=True,
        status_code=200,
        accepts=FORMS,
    )
    async def send(
        self,
        request: Request[Any, Any, Any],
        visit: Needs[Visit],
        deliveries: Needs[DeliveryService],
        column: Annotated[list[Header] | None, QueryParameter(max_items=60)] = None,
        leave: Annotated[list[Header] | None, QueryParameter(max_items=60)] = None,
        dry_run: Annotated[bool, QueryParameter(name="dryRun")] = False,
        file_name: Annotated[str | None, HeaderParameter(name="X-File-Name", max_length=600)] = None,
    ) -> Response[IntakeView]:
        """Send a file: a workbook or CSV in a layout of 双公示, JSON lines or a JSON array. Good rows are stored, all faults of the others
        are reported. `dryRun` stores nothing. `column=THEIRS=OURS` confirms a column, `leave=THEIRS` leaves one out; a column with
        data that nobody understands stops the file. `X-File-Name` (percent-encoded) is kept with the delivery.
        """
        form = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if form not in FORMS:
            raise HTTPException(status_code=415)
        choice = Choice(
            columns=dict(map(_pair, filter(None, column or ()))), leave=frozenset(filter(None, leave or ()))
        )
        delivery, report = await deliveries.hand_in(
            visit.actor, await request.body(), _name(file_name, form), choice, visit.now, is_dry=dry_run
        )

        async def work(_: Tx) -> IntakeView:
            return IntakeView.of(delivery, report)

        return await visit.run(work)

    @get(scope="records", operation_id="listRecords")
    async def page(
        self, visit: Needs[Visit], records: Needs[RecordService], asked: Needs[Asked]
    ) -> Page[UnitRecordLine]:
        """Lists the unit's own records, newest first. Names are masked."""
        return (await records.page_of_provider(visit.actor, *asked)).map(UnitRecordLine.of)

    @post("/search", scope="records", operation_id="findRecords", status_code=200)
    async def find(
        self, data: JSONBody[FindRecords], visit: Needs[Visit], lookup: Needs[LookupService]
    ) -> Response[Page[UnitRecordLine]]:
        """Search the unit's own records by an exact number. It is in the body, never in the address. A page has a hundred records,
        newest first."""
        if (data.act_number is None) == (data.document_number is None):
            raise SearchUnclear

        async def work(tx: Tx) -> Page[UnitRecordLine]:
            return (await lookup.own(tx, visit.actor, data, visit.now)).map(UnitRecordLine.of)

        return await visit.run(work)

    @get("/{record_id:str}", scope="records", operation_id="readProvidedRecord")
    async def read(
        self, record_id: FromPath[str], visit: Needs[Visit], records: Needs[RecordService]
    ) -> UnitRecordView:
        """Shows one of the unit's own records with all its changes."""
        return UnitRecordView.of(await records.read_provided(visit.actor, record_id, visit.now))

    @post("/{record_id:str}/corrections", scope="corrections", operation_id="correctRecord", status_code=200)
    async def correct(
        self,
        record_id: FromPath[str],
        data: JSONBody[Correction],
        visit: Needs[Visit],
        records: Needs[RecordService],
        corrections: Needs[CorrectionService],
    ) -> Response[ProvidedView]:
        """Correct one of the unit's own records, with the same checks as for new ones. The person and every system with a copy
        are told."""
        await records.provided(visit.actor, record_id, visit.now)

        async def work(tx: Tx) -> ProvidedView:
            record = await records.provided(visit.actor, record_id, visit.now, tx)
            return ProvidedView.of(
                await corrections.correct(tx, visit.actor, record, data.fields.given(), data.reason, visit.now)
            )

        return await visit.run(work)

    @post("/{record_id:str}/revocation", scope="revocations", operation_id="revokeRecord", status_code=200)
    async def revoke(
        self,
        record_id: FromPath[str],
        data: JSONBody[Revocation],
        visit: Needs[Visit],
        records: Needs[RecordService],
        corrections: Needs[CorrectionService],
    ) -> Response[RevocationView]:
        """Report that the act was corrected, revoked or annulled: the record is changed or withdrawn at once."""
        fields = data.fields.given() if data.fields else None
        await records.provided(visit.actor, record_id, visit.now)

        async def work(tx: Tx) -> RevocationView:
            record = await records.provided(visit.actor, record_id, visit.now, tx)
            done = await corrections.revoke(tx, visit.actor, record, data.act, data.reason, fields, visit.now)
            return RevocationView.of(done)

        return await visit.run(work)


class DeliveryController(Controller):
    path = "/provider/deliveries"
    tags = ("provider",)
    opt = needs("provider", "records")

    @get(operation_id="listDeliveries")
    async def page(
        self, visit: Needs[Visit], deliveries: Needs[DeliveryService], asked: Needs[Asked]
    ) -> Page[DeliveryView]:
        """Lists the files that the unit handed in, newest first: who, when, and the result."""
        return (await deliveries.page(visit.actor, *asked, visit.now)).map(DeliveryView.of)

    @get("/{delivery_id:str}", operation_id="readDelivery")
    async def read(
        self, delivery_id: FromPath[str], visit: Needs[Visit], deliveries: Needs[DeliveryService]
    ) -> DeliveryView:
        """Shows the result of one file."""
        return DeliveryView.of(await deliveries.get(visit.actor, delivery_id, visit.now))

    @get("/{delivery_id:str}/refused", operation_id="readRefusedRows", media_type=XLSX)
    async def refused(
        self, delivery_id: FromPath[str], visit: Needs[Visit], deliveries: Needs[DeliveryService]
    ) -> Response[bytes]:
        """Downloads the refused rows as xlsx with a column of reasons, to correct and send again. Kept for a month (of a dry run for a day)."""
        return _workbook(await deliveries.returned(visit.actor, delivery_id, visit.now), "refused.xlsx")


class TemplateController(Controller):
    path = "/provider/templates"
    tags = ("provider",)
    opt = needs("provider", "records")

    @get(operation_id="listTemplates")
    async def all(self) -> Items[TemplateView]:
        """Lists the kinds of tables and what each column has to contain."""
        return Items(TemplateView.all())

    @get("/{kind:str}", operation_id="readTemplate", media_type=XLSX)
    async def one(self, kind: FromPath[str]) -> Response[bytes]:
        """Downloads a workbook to fill in, with a sheet that explains each column."""
        if kind not in {layout.id for layout in layouts()}:
            raise NotFound
        return _workbook(template_of(kind), f"{kind}.xlsx")


class ProviderChangeController(Controller):
    path = "/provider/changes"
    tags = ("provider",)
    opt = needs("provider", "changes")

    @get(operation_id="listChanges")
    async def page(self, visit: Needs[Visit], corrections: Needs[CorrectionService], asked: Needs[Asked]) -> FeedView:
        """Lists the changes of the unit's records, oldest first, to be followed and acknowledged."""
        page = await corrections.page(visit.actor, *asked)
        last = encode_cursor(page.items[-1].id) if page.items else asked.cursor
        return FeedView(tuple(map(FeedEntryView.of, page.items)), last, page.next_cursor is not None)

    @post("/{change_id:str}/acknowledgement", operation_id="acknowledgeChange", status_code=200)
    async def acknowledge(
        self,
        change_id: FromPath[str],
        data: JSONBody[Acknowledgement],
        visit: Needs[Visit],
        corrections: Needs[CorrectionService],
    ) -> Response[FeedEntryView]:
        """Confirm that a change was followed, by all systems with a copy or by some."""
        return await visit.run(
            lambda tx: corrections.acknowledge(tx, visit.actor, change_id, data.systems, visit.now), FeedEntryView.of
        )


def _pair(written: str) -> tuple[str, str]:
    theirs, mark, ours = written.partition("=")
    if not mark or not theirs.strip() or not ours.strip():
        raise Invalid(faults=(FieldFault(field="column", message="写成“您的列=模板里的列”。"),))
    return theirs.strip(), ours.strip()


def _name(written: str | None, form: str) -> str:
    """The file's name, for its sender; never used as a path."""
    name = unquote(written or "").replace("\\", "/").rpartition("/")[2]
    kept = "".join(one for one in name if one.isprintable())[:_MAX_NAME]
    return kept or form


def _workbook(content: bytes, name: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX, headers=headers)


ROUTES = (UnitRecordController, DeliveryController, TemplateController, ProviderChangeController)
