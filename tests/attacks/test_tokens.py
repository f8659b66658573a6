"""A key of a request is no secret: what it brings back of somebody's sign-in ends with the minute in which a network may have lost it."""

from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from litestar.routes import HTTPRoute

from tests.support.api import Api
from tests.support.world import FixedClock

_TOKENS = {"access_token", "refresh_token", "ticket"}


async def test_a_sign_in_sent_again_gets_its_answer_for_a_minute_and_no_longer(api: Api, clock: FixedClock) -> None:
    sent: dict[str, Any] = {"json": {"code": "code-wang-1"}, "headers": {"Idempotency-Key": "k"}}
    first = await api.anyone.post("/session/wechat", **sent)
    clock.advance(seconds=20)
    again = await api.anyone.post("/session/wechat", **sent)
    assert (first.status_code, again.json()) == (201, first.json())
    clock.advance(seconds=80)
    late = await api.anyone.post("/session/wechat", **sent)
    assert (late.status_code, late.json()["code"]) == (409, "answer-gone") and "accessToken" not in late.text


def _fields(reply: Any) -> set[str]:
    """Of a reply's struct, and of the struct that a list holds."""
    kinds = (get_origin(reply) or reply, *get_args(reply))
    structs = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]
    return {name for struct in structs for name in get_type_hints(struct)}


def test_every_route_that_answers_with_a_token_says_so(api: Api) -> None:
    found = 0
    for route in api.app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            if "POST" not in handler.http_methods:
                continue
            replies = handler.parsed_fn_signature.return_type.inner_types
            if any(_TOKENS & _fields(reply.annotation) for reply in replies):
                found += 1
                assert handler.opt.get("tokens"), route.path
    assert found >= 5
