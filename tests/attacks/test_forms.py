"""A form whose parts are not what any browser sends is refused, or read for what it is: never a defect of ours."""

import pytest

from tests.support.api import Api, resident
from tests.support.pdfs import plain

_BOUNDARY = "xxBOUNDARYxx"
_PARTS = {
    "no name": b"Content-Disposition: form-data\r\nContent-Type: application/octet-stream",
    "an empty name": b'Content-Disposition: form-data; name=""; filename="a.pdf"',
    "no disposition": b"Content-Type: application/pdf",
    "a name by RFC 5987": b"Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''%E8%AF%81%E6%98%8E.pdf",
    "a broken RFC 5987 name": b'Content-Disposition: form-data; name="file"; filename*=x\'y',
    "an unknown charset in a name": b"Content-Disposition: form-data; name=\"file\"; filename*=klingon''a.pdf",
    "an unknown charset of a part": b'Content-Disposition: form-data; name="file"\r\nContent-Type: text/plain; charset=klingon',
    "binary without a file name": b'Content-Disposition: form-data; name="file"\r\nContent-Type: application/octet-stream',
    "two names": b'Content-Disposition: form-data; name="file"; name="other"; filename="a.pdf"',
    "a header without a colon": b'Content-Disposition form-data; name="file"',
    "nothing": b"",
}


@pytest.mark.parametrize("kind", sorted(_PARTS))
@pytest.mark.parametrize("content", [plain(), b"\xff\xfe\x00 no text in any charset", b""])
async def test_a_strange_part_is_refused_or_read(api: Api, kind: str, content: bytes) -> None:
    body = f"--{_BOUNDARY}\r\n".encode() + _PARTS[kind] + b"\r\n\r\n" + content + f"\r\n--{_BOUNDARY}--\r\n".encode()
    answer = await api.as_(resident(api.services)).post(
        "/me/evidence", content=body, headers={"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
    )
    assert answer.status_code in (201, 400, 413, 415), (answer.status_code, answer.text)
    if answer.status_code != 201:
        assert answer.json()["nextStep"]["text"]


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 500,
     "multipart/form-data; boundary=x; charset=klingon", "multipart/mixed; boundary=x"],
)  # fmt: skip
async def test_a_strange_form_is_refused(api: Api, kind: str) -> None:
    answer = await api.as_(resident(api.services)).post(
        "/me/evidence",
        content=b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--x--',
        headers={"Content-Type": kind},
    )
    assert answer.status_code in (400, 413, 415), (answer.status_code, answer.text)
