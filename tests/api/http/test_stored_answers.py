"""The answer kept under an Idempotency-Key: small as it is stored, the same to the byte as it is given again."""

import msgspec
import pytest

from api.infra.once import ANSWERS
from tests.support.api import Api, resident
from tests.support.records import make_record, put_records


@pytest.mark.parametrize("is_of_an_earlier_version", [False, True])
async def test_the_same_request_gets_the_same_bytes_from_a_third_of_them(
    api: Api, is_of_an_earlier_version: bool
) -> None:
    me = resident(api.services)
    record = make_record(api.services, me)
    await put_records(api.services, record)
    body = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"}

    async def ask() -> bytes:
        answer = await api.as_(me).post("/me/objections", json=body, headers={"Idempotency-Key": "key-of-this-draft"})
        assert answer.status_code == 201, answer.text
        return answer.content

    first = await ask()
    answers, codec = api.services.database.collection(ANSWERS.name), api.services.once.codec
    stored = await answers.find_one({})
    assert len(stored["body"]) < len(first) / 3
    if is_of_an_earlier_version:  # which stored the text itself
        earlier = codec.encode(msgspec.structs.replace(codec.decode(dict(stored)), body=first.decode()))
        await answers.replace_one({"_id": stored["_id"]}, earlier)
    assert await ask() == first
