"""A form sent again has another boundary, and is still the same request."""

from typing import Any

from tests.support.api import Api, resident

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000080000000808020000004b6d29dc0000001449444154789c633c2127c7800d3061151db412"
    "00d0ca01143e63a8990000000049454e44ae426082"
)


def _form(boundary: str, content: bytes, name: str = "a.png") -> dict[str, Any]:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: image/png\r\n\r\n'
    return {
        "content": head.encode() + content + f"\r\n--{boundary}--\r\n".encode(),
        "headers": {"Content-Type": f"multipart/form-data; boundary={boundary}", "Idempotency-Key": "one-file"},
    }


async def test_the_same_file_under_the_same_key_is_one_file_whatever_the_boundary(api: Api) -> None:
    client = api.as_(resident(api.services))
    first = await client.post("/me/evidence", **_form("first-boundary", PNG))
    again = await client.post("/me/evidence", **_form("other-boundary", PNG))
    assert first.status_code == 201, first.text
    assert again.json() == first.json()


async def test_another_file_under_the_same_key_is_refused(api: Api) -> None:
    client = api.as_(resident(api.services))
    assert (await client.post("/me/evidence", **_form("first-boundary", PNG))).status_code == 201
    other = await client.post("/me/evidence", **_form("other-boundary", PNG, "b.png"))
    assert other.status_code == 409
