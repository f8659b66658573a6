"""A mistyped address in a browser: a page with the ways on, where a program gets the problem."""

from typing import Any

from litestar import Request, Response
from litestar.exceptions import NotFoundException

from api.http.problems import on_http_exception, on_refusal
from api.infra.errors import NotFound
from api.web.assets import load_assets

_FOR_PROGRAMS = ("/api/", "/static/")


def _page(request: Request[Any, Any, Any]) -> Response[Any] | None:
    is_in_a_browser = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if not is_in_a_browser or request.url.path.startswith(_FOR_PROGRAMS):
        return None
    return Response(
        content=load_assets().files["missing.html"].plain,
        status_code=404,
        media_type="text/html",
        headers={"Cache-Control": "no-store"},
    )


def on_no_route(request: Request[Any, Any, Any], fault: NotFoundException) -> Response[Any]:
    return _page(request) or on_http_exception(request, fault)


def on_not_found(request: Request[Any, Any, Any], refusal: NotFound) -> Response[Any]:
    return _page(request) or on_refusal(request, refusal)


HANDLERS: dict[Any, Any] = {NotFound: on_not_found, NotFoundException: on_no_route}
