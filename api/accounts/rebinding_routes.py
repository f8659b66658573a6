"""Route for officers at the window: release the WeChat that a person has lost or changed."""

from typing import Annotated, Literal

from litestar import Controller, Response, post
from litestar.params import JSONBody
from msgspec import Meta

from api.accounts.rebinding import Rebinding
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.mongo import Tx
from api.infra.wire import In, Out


class ReleaseBinding(In):
    """As on the document that the officer has seen; `proof` says what was shown, and by whom."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    document_kind: Annotated[str, Meta(min_length=1, max_length=40)]
    document_number: Annotated[str, Meta(min_length=1, max_length=40)]
    proof: Literal["in-person", "agent"]


class Released(Out):
    next_step: str


_NEXT = "已解除。请当事人现在用新的微信打开小程序，登录后核验同一份证件，办过的事都会回来。"


class BindingController(Controller):
    path = "/staff/bindings"
    tags = ("staff",)

    @post("/release", access="officer", quota="steps", operation_id="releaseBinding", status_code=200)
    async def release(
        self, data: JSONBody[ReleaseBinding], visit: Needs[Visit], rebinding: Needs[Rebinding]
    ) -> Response[Released]:
        """Release a person's old WeChat account, after checking the document. The person is told and binds the new one
        themselves."""

        async def work(tx: Tx) -> Released:
            await rebinding.release(
                tx,
                visit.actor,
                name=data.name,
                kind=data.document_kind,
                number=data.document_number,
                proof=data.proof,
                now=visit.now,
            )
            return Released(next_step=_NEXT)

        return await visit.run(work)
