"""Answers every refusal and every fault as `application/problem+json` (RFC 9457)."""

import secrets
from traceback import clear_frames
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from api.infra.database_faults import is_outage
from api.infra.errors import FieldFault, Invalid, Kind, NextStep, Refusal, Unavailable
from api.infra.log import get_log, place_of
from api.infra.wire import Out
from knowledge.errors import ImpossibleDates

STATUS = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.TOO_LARGE: 413,
    Kind.TOO_MANY: 429,
    Kind.UNAVAILABLE: 503,
}
MEDIA_TYPE = "application/problem+json"
_RETRY_SECONDS = 5
_log = get_log("http")


class CitationView(Out, omit_defaults=True):
    """The law behind a statement: its name and article in words, and where to read it here."""

    label: str
    regulation: str
    article: int | None = None
    quote: str | None = None


class Problem(Out, omit_defaults=True):
    """`instance` is the incident number that support asks for."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    next_step: NextStep
    citation: CitationView | None = None
    errors: tuple[FieldFault, ...] = ()


_TITLES = {
    400: ("malformed", "提交的内容有误", "请检查填写的内容后重新提交。"),
    401: ("sign-in-needed", "请先登录", "请重新登录后再试。"),
    403: ("forbidden", "没有权限办理此事项", "请确认您登录的账号。"),
    404: ("not-found", "没有找到", "请返回上一页重新选择。"),
    405: ("method-not-allowed", "不支持这种操作", "请返回上一页重新操作。"),
    413: ("too-large", "内容太大", "请减少内容后再试。"),
    415: ("unsupported-media-type", "不支持这种格式", "请按页面提示的格式提交。"),
    429: ("too-many-attempts", "操作太频繁", "请稍等片刻再试。"),
}


def incident() -> str:
    return f"inc-{secrets.token_hex(8)}"


def respond(problem: Problem, retry_after_seconds: int | None = None) -> Response[Any]:
    headers = {"Cache-Control": "no-store"}
    if retry_after_seconds is not None:
        headers["Retry-After"] = str(retry_after_seconds)
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(
        content=msgspec.json.encode(problem),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def problem_of(refusal: Refusal) -> Problem:
    citation = refusal.citation
    return Problem(
        type=f"/problems/{refusal.code}",
        title=refusal.title,
        status=STATUS[refusal.kind],
        detail=refusal.detail,
        code=refusal.code,
        instance=incident(),
        next_step=refusal.next_step,
        citation=CitationView(
            label=citation.label,
            regulation=citation.regulation,
            article=citation.article,
            quote=citation.quote,
        )
        if citation
        else None,
        errors=refusal.faults,
    )


def on_refusal(_: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    clear_frames(
        refusal.__traceback__
    )  # they hold the request, a wrong password with it, for as long as the refusal lives
    retry = refusal.retry_after_seconds
    if retry is None and refusal.kind in (Kind.TOO_MANY, Kind.UNAVAILABLE):
        retry = _RETRY_SECONDS
    return respond(problem_of(refusal), retry)


def _faults(fault: ValidationException) -> tuple[FieldFault, ...]:
    return tuple(
        FieldFault(field=str(extra.get("key", ""))[:80], message="此项缺失或格式不对。")
        for extra in fault.extra or ()
        if isinstance(extra, dict)
    )


def on_http_exception(_: Request[Any, Any, Any], fault: HTTPException) -> Response[Any]:
    status = fault.status_code
    if status >= 500:
        return _unexpected(fault)
    code, title, step = _TITLES.get(status, _TITLES[400])
    faults = _faults(fault) if isinstance(fault, ValidationException) else ()
    problem = Problem(
        type=f"/problems/{code}",
        title=title,
        status=status,
        detail=title + "。",
        code=code,
        instance=incident(),
        next_step=NextStep(text=step),
        errors=faults,
    )
    response = respond(problem, _RETRY_SECONDS if status == 429 else None)
    if status == 405 and fault.headers:
        response.headers.update(fault.headers)
    return response


def _unexpected(fault: BaseException) -> Response[Any]:
    number = incident()
    _log.error("unexpected", incident=number, fault=type(fault).__name__, reason=place_of(fault))
    return respond(
        Problem(
            type="/problems/unexpected",
            title="系统出了点问题",
            status=500,
            detail="系统出了点问题，您的操作可能没有生效。",
            code="unexpected",
            instance=number,
            next_step=NextStep(text=f"请稍后再试；如仍不行，请把编号 {number} 告诉信用中心。"),
        )
    )


def _arose_in(fault: BaseException, module: str) -> bool:
    """Litestar's form parser decodes parts without a file name as text, and lets the codec's own exception out."""
    frame = fault.__traceback__
    while frame:
        if frame.tb_frame.f_globals.get("__name__") == module:
            return True
        frame = frame.tb_next
    return False


def on_fault(request: Request[Any, Any, Any], fault: Exception) -> Response[Any]:
    if isinstance(fault, UnicodeError | LookupError) and _arose_in(fault, "litestar._multipart"):
        return on_refusal(request, Invalid("表单里有一部分读不出来：缺少文件名，或者文字编码不对。"))
    if isinstance(
        fault, OverflowError | ImpossibleDates
    ):  # a date at the edge of the calendar, or a number too large for the database
        return on_refusal(request, Invalid("日期或数字超出了可以处理的范围。"))
    if is_outage(fault):
        _log.warning("database-away", fault=type(fault).__name__, code=str(getattr(fault, "code", "")))
        return on_refusal(request, Unavailable())
    return _unexpected(fault)


EXCEPTION_HANDLERS: dict[Any, Any] = {
    Refusal: on_refusal,
    HTTPException: on_http_exception,
    Exception: on_fault,
}
