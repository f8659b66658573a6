"""The OpenAPI document: what Litestar derives from the handlers, and the problems that every route can answer with."""

from typing import Any

import msgspec
from litestar import Litestar, Request, Router
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from api.http.idempotency import HEADER
from api.http.problems import MEDIA_TYPE, Problem

_PROBLEMS = {
    "400": "The request is malformed or breaks a rule; `errors` names the fields.",
    "401": "Not signed in, or the session is over.",
    "403": "Signed in, but not allowed; `nextStep` says what is missing.",
    "404": "Not there, or not yours.",
    "405": "The path has no such method.",
    "409": "Not possible in the present state, or another writer was first.",
    "413": "Too large.",
    "415": "Not a format that this route reads.",
    "429": "Too often; see `Retry-After`.",
    "500": "A defect of ours; `instance` is the incident number.",
    "503": "The database is away; see `Retry-After`.",
}


class _Plugin(JsonRenderPlugin):
    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return msgspec.json.encode(with_problems(openapi_schema))


def make_config(base: str) -> OpenAPIConfig:
    return OpenAPIConfig(
        title="信用小窗",
        version="1",
        description="Self-service of social-credit rights. Errors are problem+json with `code`, `citation` and `nextStep`.",
        openapi_router=Router(f"{base}/schema", route_handlers=[], include_in_schema=False, opt={"access": "anyone"}),
        render_plugins=[_Plugin()],
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
                "providerKey": SecurityScheme(type="apiKey", name="X-Api-Key", security_scheme_in="header"),
            }
        ),
    )


def document_of(app: Litestar) -> dict[str, Any]:
    return with_problems(app.openapi_schema.to_schema())


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """Adds to every operation the problems it can answer with, and the idempotency key to every POST."""
    (reference,), schemas = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    document.setdefault("components", {}).setdefault("schemas", {}).update(schemas)
    for path in document.get("paths", {}).values():
        for method, operation in path.items():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            for status, text in _PROBLEMS.items():
                operation["responses"][status] = {
                    "description": text,
                    "content": {MEDIA_TYPE: {"schema": reference}},
                }
            if method == "post":
                operation.setdefault("parameters", []).append(
                    {
                        "name": HEADER,
                        "in": "header",
                        "required": False,
                        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
                    }
                )
    return document
