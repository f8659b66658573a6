"""A phone at `/standin/phone`: runs the mini-program's own code in a browser, with a stand-in for WeChat around it.

The page in its web view is the product's own, passed through from the API with two changes: it may be framed here, and it
finds a bridge to this phone instead of WeChat's.
"""

import re
from importlib import resources
from importlib.resources.abc import Traversable

import httpx

from api.demo.wechat_server import Reply, Request

_TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
    "svg": "image/svg+xml",
    "wxml": "text/plain",
}
_FILE = re.compile(r"(?:[a-z]+/)*[a-z]+\.(?P<kind>html|css|js|json|svg|wxml|wxss)")
_BRIDGE = b'<script src="/standin/phone/bridge.js"></script>\n<script type="module" src="/static'
_PAGES_SCRIPT = b'<script type="module" src="/static'
_HOP = frozenset({"connection", "content-length", "transfer-encoding", "content-encoding", "host", "x-frame-options"})
_CONFIG = "module.exports = { HOST: location.origin };"


class Phone:
    """`api_url` is where the product answers."""

    def __init__(self, api_url: str) -> None:
        self._http = httpx.AsyncClient(base_url=api_url, timeout=30)
        self._own = resources.files("api.demo") / "phone"
        self._mini = resources.files("api.web") / "miniprogram"

    async def answer(self, request: Request) -> Reply:
        """Raises httpx.HTTPError while the product is away."""
        if request.path == "/standin/phone":
            return _file(self._own, "phone.html")
        if request.path == "/standin/mini/native.css":
            return 200, [("content-type", "text/css")], self._styles().encode()
        if request.path == "/standin/phone/mark.svg":
            return _file(resources.files("api.web") / "static", "icon.svg")
        if request.path.startswith("/standin/phone/"):
            return _file(self._own, request.path.removeprefix("/standin/phone/"))
        if request.path.startswith("/standin/mini/"):
            return self._of_the_mini_program(request.path.removeprefix("/standin/mini/"))
        return await self._of_the_product(request)

    def _styles(self) -> str:
        """WXSS as CSS, with its `page` limited to the native pages, so that it styles nothing else here."""
        return ".native {\n" + (self._mini / "app.wxss").read_text().replace("page {", "& {", 1) + "}\n"

    def _of_the_mini_program(self, name: str) -> Reply:
        status, headers, body = _file(self._mini, name)
        if status != 200 or not name.endswith(".js"):
            return status, headers, body
        module = name.removesuffix(".js")
        source = _CONFIG if module == "config" else body.decode()
        wrapped = f'standIn.define("{module}", (require, module, wx, Component) => {{\n{source}\n}});\n'
        return 200, headers, wrapped.encode()

    async def _of_the_product(self, request: Request) -> Reply:
        headers = [(name, value) for name, value in request.headers if name not in _HOP]
        reply = await self._http.request(request.method, request.target, headers=headers, content=request.body)
        kept = [(name, value) for name, value in reply.headers.multi_items() if name.lower() not in _HOP]
        body = reply.content
        if request.path == "/" and reply.status_code == 200:
            body = body.replace(_PAGES_SCRIPT, _BRIDGE, 1)
        return (
            reply.status_code,
            [(name, value.replace("frame-ancestors 'none'", "frame-ancestors 'self'")) for name, value in kept],
            body,
        )


def _file(folder: Traversable, name: str) -> Reply:
    match = _FILE.fullmatch(name)
    file = folder
    for part in name.split("/"):
        file = file / part
    if match is None or not file.is_file():
        return 404, [("content-type", "text/plain")], b"no such file"
    kind = "css" if match["kind"] == "wxss" else match["kind"]
    return 200, [("content-type", f"{_TYPES[kind]}; charset=utf-8"), ("cache-control", "no-store")], file.read_bytes()
