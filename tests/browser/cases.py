"""A resident with a case of every kind in several states, made over the public API: there is something on every screen."""

from typing import Any
from uuid import uuid4

import httpx
import pymongo
import pyotp

from tests.browser.people import OFFICER_PASSWORD, PNG, Issued, Person
from tests.support.processes import Installation


class Client:
    """Somebody's own program at the public API."""

    def __init__(self, place: Installation, headers: dict[str, str] | None = None) -> None:
        self.place = place
        self.http = httpx.Client(base_url=f"{place.url}/api/v1", headers=headers, timeout=60, verify=False)

    def get(self, path: str) -> Any:
        answer = self.http.get(path)
        assert answer.is_success, answer.text
        return answer.json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self.http.post(path, headers={"Idempotency-Key": uuid4().hex}, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def upload(self, path: str, name: str, content: bytes) -> Any:
        files = {"file": (name, content, "image/png")}
        answer = self.http.post(path, headers={"Idempotency-Key": uuid4().hex}, files=files)
        assert answer.is_success, answer.text
        return answer.json()

    def has(self, token: str) -> None:
        self.http.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        self.http.close()


def signed_in(place: Installation, person: Person) -> Client:
    client = Client(place)
    client.has(client.post("/session/wechat", {"code": person.code})["accessToken"])
    identity = {"name": person.name, "documentKind": "resident_id", "documentNumber": person.number}
    client.has(client.post("/me/identity", {**identity, "jurisdiction": person.jurisdiction})["accessToken"])
    client.has(client.post("/session/step-up", {"documentNumber": person.number})["accessToken"])
    return client


def officer(place: Installation, issued: Issued) -> Client:
    place.wait(30)  # a one-time password is good once
    client = Client(place)
    otp = pyotp.TOTP(issued.otp_secrets["officer1"]).at(place.now())
    body = {"username": "officer1", "password": OFFICER_PASSWORD, "otp": otp}
    client.has(client.post("/staff/session", body)["accessToken"])
    return client


TOLD = {
    "listTitle": "严重失信主体名单", "grounds": "经责令改正后仍未改正。", "basis": "名单管理办法", "rights": "您可以陈述、申辩。",
    "remedies": "可以申请行政复议。", "answerBy": "2026-12-01", "replyBy": "2026-12-08",
}  # fmt: skip


def answer_time_is_over(place: Installation, listing: str) -> None:
    """As if the notice had come earlier: nobody is put on the list before the day that it names is over."""
    with pymongo.MongoClient[dict[str, Any]](place.mongodb_uri) as mongo:
        listings = mongo[place.environ["CW_DATABASE"]]["listings"]
        assert listings.update_one({"_id": listing}, {"$set": {"answer_by": "2026-11-20"}}).modified_count == 1


def put_on_the_list(me: Client, unit: Client, record: str) -> str:
    """Told, answered, replied to and decided; the decision is not served. The listing's id."""
    listing = str(unit.post("/provider/listings", {"recordId": record, **TOLD})["id"])
    me.post(f"/me/listings/{listing}/answer", {"text": "十月已经改正。", "evidence": []})
    unit.post(f"/provider/listings/{listing}/reply", {"text": "经核实，改正的是另一处。"})
    answer_time_is_over(unit.place, listing)
    unit.post(f"/provider/listings/{listing}/decision", {
        "isListed": True, "reason": "核实后事实清楚。", "documentNumber": "大市监名单〔2026〕7号", "decidedOn": "2026-11-21",
        "basis": "名单管理办法", "measures": ["cn-p1"], "removalConditions": ["改正到位"],
        "removalProcedure": "向本单位提出申请。", "remedies": "六十日内申请行政复议。",
    })  # fmt: skip
    return listing


def make_cases(place: Installation, issued: Issued, person: Person) -> tuple[dict[str, str], dict[str, Any]]:
    """Addresses of the case screens by what stands on them, and the answers that receipts are drawn from by flow."""
    me, unit = signed_in(place, person), Client(place, {"X-API-Key": issued.unit_keys["prv_market"]})
    staff = officer(place, issued)
    found: dict[str, list[str]] = {}
    for section in me.get("/me/report")["sections"]:
        for record in section["records"]:
            key = "praise" if record["jurisdiction"] == "yunnan" else record["items"].get("违法行为类型", "")
            found.setdefault(key, []).append(record["id"])
    repaired, unlicensed, occupied = found["未按规定公示年度报告"], found["无照经营"], found["占道经营"]
    file = me.upload("/me/evidence", "证明.png", PNG)["id"]

    def object_to(record: str, addressee: str) -> Any:
        body = {"recordId": record, "addressee": addressee, "reasons": ["wrong"], "text": "登记的内容与事实不符。"}
        return me.post("/me/objections", {**body, "desired": "改成实际情况", "evidence": []})

    def ask_repair(record: str, addressee: str, evidence: list[str]) -> Any:
        version = me.get(f"/me/repairs/eligibility?recordId={record}")["pledge"]["version"]
        body = {
            "recordId": record,
            "addressee": addressee,
            "pledgeVersion": version,
            "performance": "罚款已缴，年报已补。",
        }
        return me.post("/me/repairs", {**body, "evidence": evidence})

    rejected, running = object_to(occupied[0], "provider"), object_to(unlicensed[0], "centre")
    unit.post(f"/provider/verifications/{rejected['id']}/reply", {"founded": False, "reasons": "事实核对无误。"})
    decided, waiting = ask_repair(repaired[0], "unit", [file]), ask_repair(repaired[1], "centre", [])
    staff.post(f"/staff/repairs/{decided['id']}/accept", {"reason": "材料齐全"})
    later = {"reason": "单位来函", "reasons": "需要到现场核实，多用几天。"}
    staff.post(f"/staff/repairs/{decided['id']}/extend", later)
    staff.post(
        f"/staff/repairs/{decided['id']}/approve", {"reason": "条件都满足", "reasons": "义务已经履行，同意修复。"}
    )
    asked = {"reason": "少一样", "items": ["缴款凭证"]}
    staff.post(f"/staff/repairs/{waiting['id']}/ask-for-material", asked)

    pledges = me.get("/me/pledges")["items"]
    kept = next(one for one in pledges if one["repairId"] == decided["id"])
    performed = me.post(f"/me/pledges/{kept['id']}/performance", {"note": "年报已补。", "evidence": []})
    unit.post(f"/provider/pledges/{kept['id']}/finding", {"outcome": "partly", "reason": "年报已补，公示晚了三天。"})
    text = next(one for one in me.get("/me/pledges/texts?jurisdiction=dalian") if one["kind"] == "voluntary")
    signed = me.post("/me/pledges", {
        "jurisdiction": "dalian", "kind": "voluntary", "textVersion": text["version"], "content": "年底前补齐材料。",
        "dueOn": "2027-02-01", "consequenceAccepted": True,
    })  # fmt: skip

    noticed = unit.post("/provider/listings", {"recordId": unlicensed[1], **TOLD})
    served = put_on_the_list(me, unit, occupied[1])
    me.post("/me/consents", {"purpose": "electronic-service", "version": "2026-1"})
    me.post(f"/me/listings/{served}/read", {})

    form = me.get("/me/declarations/form?jurisdiction=dalian")
    declared = me.post("/me/declarations", {
        "jurisdiction": "dalian", "kind": form["kinds"][0]["code"], "text": "按时还清货款。",
        "statementVersion": form["statement"]["version"], "statementAccepted": True,
    })  # fmt: skip
    withdrawn = me.post("/me/withdrawals", {"recordIds": found["praise"]})
    consent = me.get("/me/grants/consent")
    granted = me.post("/me/grants", {
        "grantee": {"kind": "unit", "name": "某某银行股份有限公司大连分行"}, "purpose": "贷款审查", "sections": ["dishonesty"],
        "expiresOn": "2026-12-20", "consentVersion": consent["version"], "uses": 3, "includesMarket": [],
    })  # fmt: skip
    for client in (me, unit, staff):
        client.close()
    return {
        "objection": f"/cases/objections/{running['id']}",
        "objection_rejected": f"/cases/objections/{rejected['id']}",
        "objection_paper": f"/cases/objections/{rejected['id']}/paper",
        "repair_material": f"/cases/repairs/{waiting['id']}",
        "repair_approved": f"/cases/repairs/{decided['id']}",
        "repair_paper": f"/cases/repairs/{decided['id']}/paper",
        "pledge_cooling": f"/cases/pledges/{signed['id']}",
        "pledge_found": f"/cases/pledges/{kept['id']}",
        "listing_noticed": f"/cases/listings/{noticed['id']}",
        "listing_served": f"/cases/listings/{served}",
        "declaration": f"/cases/declarations/{declared['id']}",
        "withdrawal": f"/cases/withdrawals/{withdrawn['withdrawals'][0]['id']}",
        "grant": f"/grants/{granted['grant']['id']}",
        "verify": "/verify",
        **{f"list_{kind}": f"/cases/{kind}" for kind in ("withdrawals", "declarations", "pledges", "listings")},
    }, {
        "objection": running, "repair": waiting, "performance": performed, "pledge": signed, "declaration": declared,
        "withdrawal": withdrawn, "grant": granted,
    }  # fmt: skip
