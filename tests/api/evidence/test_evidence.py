"""Files: known by content, drawn anew, sealed and bound to their place, never shown inside a page, few and small."""

import asyncio
import io
import random
import threading
import warnings
from datetime import date
from typing import Any

import pytest
from pikepdf import Pdf
from PIL import Image

from api.evidence import cleaning
from api.evidence.cleaning import AT_ONCE, MAX_BYTES, Bench, clean
from api.evidence.errors import FileNotAccepted, FileTooLarge, TooManyPictures
from api.evidence.pictures import MAX_PIXELS
from api.evidence.service import MOST_FILES
from api.infra.privacy import Unsealable
from tests.faults.test_injection import png
from tests.support.api import Api, officer, resident
from tests.support.cases import done, penalty, refused, signed_in, stored
from tests.support.pdfs import made, plain
from tests.support.world import FixedClock

PDF = plain()
GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 20)) -> bytes:
    """A picture that says where and with what it was taken, lying on its side."""
    picture = Image.new("RGB", size, "red")
    data = picture.getexif()
    data[MAKE] = "SecretCamera"
    data[ORIENTATION] = 6
    data.get_ifd(GPS)[1] = "N"
    out = io.BytesIO()
    picture.save(out, kind, exif=data)
    return out.getvalue()


def form(content: bytes, name: str = "a.jpg") -> dict[str, Any]:
    return {"file": (name, content, "application/octet-stream")}


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
async def test_a_picture_keeps_what_it_shows_and_loses_where_it_was_taken(kind: str) -> None:
    before = photo(kind)
    assert b"SecretCamera" in before
    kept = await clean("照片.jpg", before, Bench())
    assert kept.media_type == f"image/{kind.lower()}" and b"SecretCamera" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as after:
        assert after.size == (20, 40) and not after.getexif()  # turned upright, and nothing else said


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00",
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        b"%PDF-1.4 without an end",
        b"\xff\xd8\xff and no picture",
        photo()[:60],
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
    ],
)
async def test_what_is_not_a_whole_picture_or_document_is_refused_whatever_its_name(content: bytes) -> None:
    with pytest.raises(FileNotAccepted):
        await clean("证明.pdf", content, Bench())


async def test_a_large_file_is_never_written_out_before_it_is_sealed(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def written(*_: Any, **__: Any) -> None:
        raise AssertionError("a file of somebody's lies in a temporary folder")

    monkeypatch.setattr("tempfile.TemporaryFile", written)
    me = signed_in(api, resident(api.services))
    content = io.BytesIO()
    Image.effect_noise((1600, 1600), 90).save(content, "JPEG", quality=95)
    assert 1_048_576 < len(content.getvalue()) < MAX_BYTES
    done(await me.post("/me/evidence", files=form(content.getvalue())), 201)


async def test_a_picture_of_thirty_nine_million_pixels_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Four at once took a gigabyte and a half: now two at once, and none of more than MAX_PIXELS."""

    def unpacked(_: object) -> None:
        raise AssertionError("it takes memory by its pixels")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", unpacked)
    assert AT_ONCE * MAX_PIXELS["PNG"] * len("RGBA") <= 160_000_000  # bytes
    for size in ((6245, 6245), (1, MAX_PIXELS["PNG"] + 1)):
        with pytest.raises(FileTooLarge):
            await clean("a.png", png(*size), Bench())


async def test_pictures_drawn_at_once_leave_the_process_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one thread set for all made every warning of the process an error from then on, wherever it came up."""
    before, together = list(warnings.filters), threading.Barrier(AT_ONCE, timeout=10)
    opened = Image.open

    def meeting(*args: Any, **kwargs: Any) -> Any:
        together.wait()
        return opened(*args, **kwargs)

    monkeypatch.setattr("PIL.Image.open", meeting)
    bench = Bench()
    with warnings.catch_warnings():
        warnings.resetwarnings()
        as_found = list(warnings.filters)
        await asyncio.gather(*(clean("a.jpg", photo(), bench) for _ in range(AT_ONCE)))
        assert warnings.filters == as_found
    assert warnings.filters == before


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
async def test_a_picture_of_too_many_pixels_is_told_so_and_not_that_its_kind_is_wrong(kind: str) -> None:
    out = io.BytesIO()
    Image.new("1" if kind == "PNG" else "L", (12_000, 9_000)).save(out, kind)
    with pytest.raises(FileTooLarge) as refused_as:
        await clean("a.jpg", out.getvalue(), Bench())
    assert "像素" in refused_as.value.detail


async def test_a_file_too_large_and_a_picture_that_unpacks_to_too_much_are_refused() -> None:
    with pytest.raises(FileTooLarge):
        await clean("a.pdf", PDF + b" " * MAX_BYTES, Bench())
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")  # 81 million pixels in a few kilobytes
    with pytest.raises((FileTooLarge, FileNotAccepted)):
        await clean("a.png", out.getvalue(), Bench())


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("..\\..\\a.pdf", "a.pdf"),
        ("/etc/passwd", "passwd.pdf"),
        ("a\x00\nb.pdf", "a-b.pdf"),
        ("", "材料.pdf"),
        ("...", "材料.pdf"),
        ("证明.hta", "证明.pdf"),
        ("缴款凭证.pdf.bat", "缴款凭证.pdf"),
        ("证明\u202efdp.exe", "证明-fdp.pdf"),
        ("判决书（2026）辽02民初12号.html", "判决书-2026-辽02民初12号.pdf"),
        ("发票.url", "发票.pdf"),
        ("CON.pdf", "CON.pdf"),
    ],
)
async def test_a_name_is_only_a_name(name: str, kept: str) -> None:
    assert (await clean(name, PDF, Bench())).filename == kept


async def test_a_file_comes_back_whole_as_a_download_and_lies_sealed(api: Api) -> None:
    me = signed_in(api, resident(api.services))
    shown = b"%" + random.Random(1).randbytes(2_500_000)  # that cannot be packed: three pieces
    large = made(content=shown)
    given = done(await me.post("/me/evidence", files=form(large, '凭证".pdf')), 201)
    assert given["filename"] == "凭证.pdf"
    back = await me.get(f"/me/evidence/{given['id']}")
    assert len(back.content) == given["size"]
    with Pdf.open(io.BytesIO(back.content)) as pdf:
        assert pdf.pages[0].Contents.read_bytes() == shown
    assert back.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert back.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in back.headers["content-security-policy"]
    pieces = api.services.database.collection("evidence_pieces")
    found = await pieces.find({}).sort("number", 1).to_list(10)
    assert len(found) == 3 and all(shown[:8] not in piece["data"] for piece in found)
    (file,) = await api.services.database.collection("evidence").find({}).to_list(2)
    assert "凭证" not in repr(file)
    await pieces.update_one({"_id": found[0]["_id"]}, {"$set": {"data": found[1]["data"]}})  # a piece moved
    with pytest.raises(Unsealable):
        await api.services.evidence.open(file["_id"], owner="acc_one")


async def test_anothers_file_and_a_file_of_another_case_look_like_none(api: Api) -> None:
    mine = signed_in(api, resident(api.services))
    other = signed_in(api, resident(api.services, "acc_two", "110105199001012345"))
    given = done(await mine.post("/me/evidence", files=form(photo())), 201)
    refused(await other.get(f"/me/evidence/{given['id']}"), 404, "not-found")
    first = await stored(api.services, penalty(resident(api.services)))
    second = await stored(api.services, penalty(resident(api.services)))
    filing = {"recordId": first.id, "addressee": "centre", "reasons": ["wrong"], "evidence": [given["id"]]}
    case = done(await mine.post("/me/objections", json=filing), 201)
    refused(await mine.post("/me/objections", json={**filing, "recordId": second.id}), 400, "evidence-unknown")
    bare = {"recordId": second.id, "addressee": "centre", "reasons": ["wrong"]}
    another = done(await mine.post("/me/objections", json=bare), 201)
    desk = signed_in(api, officer("dalian"))
    refused(await desk.get(f"/staff/objections/{another['id']}/evidence/{given['id']}"), 404, "not-found")
    assert (await desk.get(f"/staff/objections/{case['id']}/evidence/{given['id']}")).status_code == 200
    read = await api.services.database.collection("audits").count_documents(
        {"action": "evidence.read", "ref": given["id"]}
    )
    assert read == 1


async def test_no_more_than_ten_files_wait_and_they_wait_a_day(api: Api, clock: FixedClock) -> None:
    me = signed_in(api, resident(api.services))
    for _ in range(10):
        done(await me.post("/me/evidence", files=form(PDF)), 201)
    refused(await me.post("/me/evidence", files=form(PDF)), 409, "evidence-too-many")
    clock.advance(hours=25)
    done(await me.post("/me/evidence", files=form(PDF)), 201)


async def test_the_same_upload_sent_twice_is_kept_once_and_another_under_the_same_key_is_refused(api: Api) -> None:
    me = signed_in(api, resident(api.services))
    headers = {"Idempotency-Key": "k1"}
    first = done(await me.post("/me/evidence", files=form(PDF), headers=headers), 201)
    assert done(await me.post("/me/evidence", files=form(PDF), headers=headers), 201) == first
    refused(await me.post("/me/evidence", files=form(PDF + b"\n"), headers=headers), 409, "idempotency-key-reused")
    assert await api.services.database.collection("evidence").count_documents({}) == 1


class Slow:
    """Drawing that waits for a word, and counts how many are at it."""

    def __init__(self) -> None:
        self.at_it = self.most = 0
        self.go_on = threading.Event()
        self._begun = threading.Semaphore(0)
        self._done = threading.Semaphore(0)
        self._lock = threading.Lock()

    def draw(self, kind: str, content: bytes) -> bytes:
        with self._lock:
            self.at_it += 1
            self.most = max(self.most, self.at_it)
        self._begun.release()
        self.go_on.wait(10)
        with self._lock:
            self.at_it -= 1
        self._done.release()
        return content

    async def begun(self) -> None:
        assert await asyncio.to_thread(self._begun.acquire, timeout=10)

    async def done(self) -> None:
        assert await asyncio.to_thread(self._done.acquire, timeout=10)


async def test_pictures_are_drawn_a_few_at_once_and_the_others_wait_their_turn(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow()
    monkeypatch.setattr(cleaning, "_redraw", slow.draw)
    me = signed_in(api, resident(api.services))
    uploads = [asyncio.create_task(me.post("/me/evidence", files=form(photo()))) for _ in range(6)]
    for _ in range(AT_ONCE):
        await slow.begun()
    done(await me.post("/me/evidence", files=form(PDF, "a.pdf")), 201)  # a document needs no drawing
    slow.go_on.set()
    assert [answer.status_code for answer in await asyncio.gather(*uploads)] == [201] * 6
    assert slow.most == AT_ONCE


async def test_who_waits_too_long_is_told_to_come_back_and_nothing_is_kept(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow()
    monkeypatch.setattr(cleaning, "_redraw", slow.draw)
    monkeypatch.setattr(api.services.evidence, "_bench", Bench(at_once=1, seconds=0.05))
    me = signed_in(api, resident(api.services))
    first = asyncio.create_task(me.post("/me/evidence", files=form(photo())))
    await slow.begun()
    late = await me.post("/me/evidence", files=form(photo()))
    refused(late, 503, "evidence-busy")
    assert int(late.headers["Retry-After"]) > 0
    slow.go_on.set()
    assert (await first).status_code == 201
    assert await api.services.database.collection("evidence").count_documents({}) == 1
    done(await me.post("/me/evidence", files=form(photo())), 201)  # the place is free again


async def test_a_drawing_that_nobody_waits_for_keeps_its_place_until_it_is_done() -> None:
    slow, bench = Slow(), Bench(at_once=1, seconds=0.05).pictures
    left = asyncio.create_task(bench.in_thread(slow.draw, "JPEG", b"x"))
    await slow.begun()
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left
    with pytest.raises(TooManyPictures):
        await bench.in_thread(slow.draw, "JPEG", b"y")
    slow.go_on.set()
    await slow.done()
    assert await Bench(at_once=1).pictures.in_thread(slow.draw, "JPEG", b"z") == b"z"


async def test_ones_files_leave_no_side_without_room_for_its_own(api: Api, clock: FixedClock) -> None:
    """云南第三十六条第二款: the order for an examination, on which a pause rests, could not be added beside ten photographs."""
    clock.move_to(date(2026, 11, 23))
    who = resident(api.services)
    me, desk = signed_in(api, who), signed_in(api, officer("yunnan"))
    record = await stored(api.services, penalty(who, "yunnan"))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
    case = done(await me.post("/me/objections", json=filing), 201)
    mine, theirs = f"/me/objections/{case['id']}/evidence", f"/staff/objections/{case['id']}/evidence"
    for _ in range(MOST_FILES):
        assert (await me.post(mine, files=form(PDF))).status_code == 201
    refused(await me.post(mine, files=form(PDF)), 409, "evidence-too-many")
    for _ in range(MOST_FILES):
        done(await desk.post(theirs, files=form(PDF), data={"kind": "examination_order"}))
    refused(await desk.post(theirs, files=form(PDF)), 409, "evidence-too-many")
    assert len(done(await me.get(f"/me/objections/{case['id']}"))["evidence"]) == 2 * MOST_FILES
