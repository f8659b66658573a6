"""Routes of the static files and of WeChat's check file, with the caching that each allows."""

from typing import Annotated, Any

from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from api.http.access import needs
from api.http.injection import Needs
from api.http.security import PERMISSIONS_OF_STAFF
from api.infra.errors import NotFound
from api.infra.settings import Settings
from api.web.assets import Asset, Assets
from api.web.reference import CONTENT_SECURITY_OF_PAGE, bundle

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"


class WebController(Controller):
    path = "/"
    opt = needs("static")
    include_in_schema = False

    @get("/", operation_id="residentPage")
    async def index(self, request: Request[Any, Any, Any], assets: Needs[Assets]) -> Response[bytes]:
        """The resident's page."""
        return _send(request, assets.files["resident.html"], _ASK_FIRST)

    @get("/verify", operation_id="verifyPage")
    async def verify(self, request: Request[Any, Any, Any], assets: Needs[Assets]) -> Response[bytes]:
        """The address on every document: the same page, which goes to the check of the code behind the hash."""
        return _send(request, assets.files["resident.html"], _ASK_FIRST)

    @get("/desk", operation_id="desk")
    async def desk(self, request: Request[Any, Any, Any], assets: Needs[Assets]) -> Response[bytes]:
        """The officers' desk."""
        return _for_staff(_send(request, assets.files["desk.html"], _ASK_FIRST))

    @get("/unit", operation_id="unitPage")
    async def unit(self, request: Request[Any, Any, Any], assets: Needs[Assets]) -> Response[bytes]:
        """The page of a unit's people."""
        return _for_staff(_send(request, assets.files["unit.html"], _ASK_FIRST))

    @get("/figures", operation_id="figuresPage")
    async def figures(self, request: Request[Any, Any, Any], assets: Needs[Assets]) -> Response[bytes]:
        """How often each unit was in time: for everybody, without signing in."""
        return _send(request, assets.files["figures.html"], _ASK_FIRST)

    @get("/docs", operation_id="reference")
    async def reference(self, request: Request[Any, Any, Any], assets: Needs[Assets]) -> Response[bytes]:
        """The reference of the API."""
        if bundle() is None:
            raise NotFound
        page = _send(request, assets.files["docs.html"], _ASK_FIRST)
        page.headers["Content-Security-Policy"] = CONTENT_SECURITY_OF_PAGE
        return page

    @get("/docs/redoc.js", operation_id="referenceScript")
    async def reference_script(self) -> Response[bytes]:
        """Redoc, where its package is installed."""
        script = bundle()
        if script is None:
            raise NotFound
        headers = {"Content-Encoding": "gzip", "Cache-Control": "public, max-age=86400"}
        return Response(content=script, media_type="text/javascript", headers=headers)

    @get("/worker.js", operation_id="serviceWorker")
    async def worker(self, request: Request[Any, Any, Any], assets: Needs[Assets]) -> Response[bytes]:
        """The service worker, at the root because it may only serve what lies below it."""
        return _send(request, assets.files["js/worker.js"], _ASK_FIRST)

    @get("/{name:str}", operation_id="weChatCheckFile", media_type="text/plain")
    async def check_file(self, name: FromPath[str], settings: Needs[Settings]) -> str:
        """The file by which WeChat checks that a domain is ours; it asks for it at the root of the domain."""
        if settings.wechat.check_file is None or name != settings.wechat.check_file[0]:
            raise NotFound
        return settings.wechat.check_file[1]

    @get("/static/{build:str}/{path:path}", operation_id="staticFile")
    async def file(
        self,
        request: Request[Any, Any, Any],
        build: FromPath[str],
        path: Annotated[str, FromPath],
        assets: Needs[Assets],
    ) -> Response[bytes]:
        """A file of the present build. Of another build there is none: the page that asks is stale and reloads itself."""
        asset = assets.files.get(path.lstrip("/"))
        if asset is None or build != assets.build:
            raise NotFound
        return _send(request, asset, _FOR_EVER)


def _for_staff(page: Response[bytes]) -> Response[bytes]:
    page.headers["Permissions-Policy"] = PERMISSIONS_OF_STAFF
    return page


def _send(request: Request[Any, Any, Any], asset: Asset, caching: str) -> Response[bytes]:
    headers = {"ETag": asset.etag, "Cache-Control": caching, "Vary": "Accept-Encoding"}
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(content=b"", status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(content=asset.gzipped, media_type=asset.media_type, headers=headers)
    return Response(content=asset.plain, media_type=asset.media_type, headers=headers)
