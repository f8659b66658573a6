"""The OpenAPI document: what Litestar derives from the handlers, completed with bodies, problems, keys and links."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, Router
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


_ABOUT = (
    "Self-service of social-credit rights. Errors are problem+json with `code`, `citation` and `nextStep`.\n\n"
    "**A unit that hands in data** begins at `provider`, with *Send records*: its key goes into the header `X-Api-Key`, the file into the "
    "body as it is, and `?dryRun=true` looks at it and stores nothing. The centre gives the key. What a unit owes to others is "
    "answered below `objections`, `repairs`, `letters`, `withdrawals`, `pledges` and `listings`, at the addresses that begin with "
    "`/api/v1/provider`. Repeat a POST that got no answer with the same `Idempotency-Key`: it is done once. "
    "Another body or query takes another key: handing in after `?dryRun=true` is another request."
)
_WORD = re.compile(r"(?<!^)(?=[A-Z])")
_METHODS = ("get", "post", "patch", "put", "delete")
_SECURITY: dict[str, list[dict[str, list[str]]]] = {
    "account": [{"bearer": []}],
    "resident": [{"bearer": []}],
    "officer": [{"bearer": []}],
    "staff": [{"bearer": []}],
    "auditor": [{"bearer": []}],
    "admin": [{"bearer": []}],
    "signed-in": [{"bearer": []}],
    "provider": [{"providerKey": []}, {"bearer": []}],
    "key": [{"providerKey": []}],
}
_REFERENCE = "#/components/schemas/"
_PARAMETER = re.compile(r"\{([^}]+)\}")


class _Plugin(JsonRenderPlugin):
    def __init__(self) -> None:
        super().__init__()
        self._rendered: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        if self._rendered is None:
            self._rendered = msgspec.json.encode(completed(openapi_schema, request.app))
        return self._rendered


def make_config(base: str) -> OpenAPIConfig:
    return OpenAPIConfig(
        title="信用小窗",
        version="1",
        description=_ABOUT,
        openapi_router=Router(f"{base}/schema", route_handlers=[], include_in_schema=False, opt={"access": "anyone"}),
        use_handler_docstrings=True,
        render_plugins=[_Plugin()],
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
                "providerKey": SecurityScheme(type="apiKey", name="X-Api-Key", security_scheme_in="header"),
            }
        ),
    )


def document_of(app: Litestar) -> dict[str, Any]:
    return completed(app.openapi_schema.to_schema(), app)


def completed(document: dict[str, Any], app: Litestar) -> dict[str, Any]:
    """Adds to every operation what Litestar cannot know, and to every body what msgspec really accepts."""
    handlers = {
        handler.operation_id: handler
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if handler.opt.get("access") and handler.include_in_schema is not False
    }
    problem = _describe_bodies(document, handlers)
    for _, _, operation in _operations(document):
        for status, text in _PROBLEMS.items():
            operation["responses"][status] = {"description": text, "content": {MEDIA_TYPE: {"schema": problem}}}
        handler = handlers[operation["operationId"]]
        # handler names such as "page" or "read" say too little in a list of all operations
        operation["summary"] = _WORD.sub(" ", operation["operationId"]).lower().capitalize()
        if _takes_a_key(handler):
            operation.setdefault("parameters", []).append(
                {
                    "name": HEADER,
                    "in": "header",
                    "description": "A new one for each request; the same one to repeat a request, body and query unchanged.",
                    "required": False,
                    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
                }
            )
        security = _SECURITY.get(handler.opt["access"])
        if security:
            operation["security"] = security
    _link(document)
    return document


def _describe_bodies(document: dict[str, Any], handlers: dict[Any, Any]) -> dict[str, Any]:
    """Puts msgspec's own schemas in the place of Litestar's for every JSON body. Returns the reference to Problem.

    Litestar's schemas omit that unknown fields are refused, and describe `tuple[str, ...]` as something that no string matches.
    """
    places: list[tuple[dict[str, Any], Any]] = []
    for _, _, operation in _operations(document):
        handler = handlers[operation["operationId"]]
        if (accepts := handler.opt.get("accepts")) is not None:
            operation["requestBody"] = _described(accepts, places)
        asked = operation.get("requestBody", {}).get("content", {})
        if "application/json" in asked and handler.parsed_data_field is not None:
            places.append((asked["application/json"], handler.parsed_data_field.raw))
        answer = handler.parsed_return_field
        kind = answer.inner_types[0].raw if answer.is_subclass_of(Response) and answer.inner_types else answer.raw
        for status, response in operation["responses"].items():
            content = response.get("content", {})
            if not status.startswith("2") or "application/json" not in content:
                continue
            if kind is bytes:  # a file, which says its own type
                content["application/octet-stream"] = {"schema": {"type": "string", "format": "binary"}}
                del content["application/json"]
            else:
                places.append((content["application/json"], kind))
    wanted = [kind for _, kind in places]
    found, schemas = msgspec.json.schema_components([*wanted, Problem], ref_template=f"{_REFERENCE}{{name}}")
    for (place, _), schema in zip(places, found, strict=False):
        place["schema"] = schema
    before = document.setdefault("components", {}).get("schemas", {})
    document["components"]["schemas"] = schemas
    text = msgspec.json.encode(document["paths"]).decode()
    schemas.update(
        (name, schema) for name, schema in before.items() if f'"{_REFERENCE}{name}"' in text and name not in schemas
    )
    return dict(found[-1])


class Accepted(msgspec.Struct, frozen=True):
    """One media type that a handler reads by itself: what it is, the type of its JSON, and an example."""

    text: str
    kind: Any = None
    example: Any = None


def _described(accepts: dict[str, Accepted], places: list[tuple[dict[str, Any], Any]]) -> dict[str, Any]:
    content: dict[str, dict[str, Any]] = {}
    for media, accepted in accepts.items():
        place: dict[str, Any] = {"schema": {"type": "string", "format": "binary", "description": accepted.text}}
        if accepted.kind is not None:
            places.append((place, accepted.kind))
        if accepted.example is not None:
            place["example"] = accepted.example
        content[media] = place
    text = "\n".join(f"- `{media}`: {accepted.text}" for media, accepted in accepts.items())
    return {"required": True, "description": text, "content": content}


def _takes_a_key(handler: Any) -> bool:
    """Whether the operation takes an `Idempotency-Key`: every POST does, except handlers with `keyless=True`, which store nothing."""
    if "POST" not in handler.http_methods or handler.opt.get("keyless"):
        return False
    asked, provided = set(handler.parsed_fn_signature.parameters), handler.resolve_dependencies()
    through = (inspect.signature(provided[name].dependency).parameters for name in asked & provided.keys())
    return "visit" in asked.union(*through)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def _link(document: dict[str, Any]) -> None:
    """Links answers of path `P` that carry an `id`, alone or in a list, to every operation under `P/{x}` with that id as `x`.

    All other parameters of that operation's path have to be in the requested path.
    """
    paths = document["paths"]
    for path, _, operation in list(_operations(document)):
        names = {match[1] for other in paths if (match := re.fullmatch(re.escape(path) + r"/\{([^}]+)\}.*", other))}
        above = paths.get(path.rpartition("/")[0], {}).get("get", {}).get("responses", {}).get("200", {}).get("content")
        for status in ("200", "201"):
            response = operation["responses"].get(status, {})
            pointer = _pointer(document, response)
            if len(names) != 1 or pointer is None or response.get("content") == above:
                continue  # the last condition: the answer is the case itself, so the `id` is its own
            (name,) = names
            own = set(_PARAMETER.findall(path))
            response["links"] = {
                target["operationId"]: {
                    "operationId": target["operationId"],
                    "parameters": {
                        f"path.{name}": f"$response.body#{pointer}",
                        **{f"path.{one}": f"$request.path.{one}" for one in wanted - {name}},
                    },
                }
                for other, _, target in _operations(document)
                if name in (wanted := set(_PARAMETER.findall(other))) and wanted <= own | {name}
            }


def _pointer(document: dict[str, Any], response: dict[str, Any]) -> str | None:
    """The JSON pointer to the `id` in an answer; None if there is none."""

    def properties(schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        found: dict[str, Any] = schema.get("properties", {})
        return found

    answer = properties(response.get("content", {}).get("application/json", {}).get("schema", {}))
    if "id" in answer:
        return "/id"
    if "id" in properties(answer.get("items", {}).get("items", {})):
        return "/items/0/id"
    return None
