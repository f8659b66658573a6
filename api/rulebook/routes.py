"""Routes of the law: built once a day from `knowledge/`, answered with an ETag, open to anybody."""

from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from api.http.access import needs
from api.http.etags import PUBLIC, answer, digest_of, is_unchanged, unchanged
from api.http.injection import Needs
from api.http.places import OnePlace
from api.infra.clock import Clock
from api.infra.data_files import FromFile
from api.infra.sources import SourceView
from api.rulebook.errors import NoSuchArticle, NotAskable
from api.rulebook.schemas import ArticleView, CatalogueView, MeasureView, QueryRuleView, RegulationView, RuleView
from knowledge import articles, catalogue, measures, places, rules
from knowledge.errors import KnowledgeError

Jurisdiction = Annotated[
    str | None, QueryParameter(pattern=f"^({'|'.join((*places.jurisdictions(), rules.NATIONAL))})$")
]
On = Annotated[date | None, QueryParameter(description="The legal date; today in Shanghai where it is not given.")]
_CACHED = 512


class RulebookController(Controller):
    tags = ("rulebook",)
    opt = needs("anyone")

    @get("/regulations", cached_daily=True, operation_id="listRegulations")
    async def list_regulations(self, request: Request[Any, Any, Any]) -> Response[list[RegulationView]]:
        """Lists every law and regulation that may be cited. The full text of two of them is available."""
        return _reply(request, *_regulations())

    @get("/regulations/{regulation_id:str}/articles/{number:int}", cached_daily=True, operation_id="getArticle")
    async def get_article(
        self, request: Request[Any, Any, Any], regulation_id: FromPath[str], number: FromPath[int]
    ) -> Response[ArticleView]:
        """Shows one article by paragraph, and which of its items are missing in the text used."""
        try:
            body, etag = _article(regulation_id, number)
        except KnowledgeError as fault:
            raise NoSuchArticle("没有找到这部法规或者这一条。") from fault
        return _reply(request, body, etag)

    @get("/query-rules", cached_daily=True, operation_id="listQueryRules")
    async def list_query_rules(
        self, request: Request[Any, Any, Any], jurisdiction: OnePlace
    ) -> Response[list[QueryRuleView]]:
        """公共信用信息查询服务规范, which Dalian 20 and Yunnan 19 want published; windows and hours are with the centres."""
        return _reply(request, *_query_rules(jurisdiction))

    @get("/rules", cached_daily=True, operation_id="listRules")
    async def list_rules(
        self,
        request: Request[Any, Any, Any],
        clock: Needs[Clock],
        on: On = None,
        jurisdiction: Jurisdiction = None,
        history: FromQuery[bool] = False,
    ) -> Response[list[RuleView]]:
        """Lists every legal number that the product uses: value, source, certainty and start date. `history` adds those no
        longer in force."""
        today = clock.today()
        return _reply(request, *_rules(on or today, jurisdiction, history))

    @get("/catalogue", cached_daily=True, operation_id="listCatalogue")
    async def list_catalogue(
        self, request: Request[Any, Any, Any], clock: Needs[Clock], on: On = None, jurisdiction: Jurisdiction = None
    ) -> Response[list[CatalogueView]]:
        """Lists what may be recorded, with the five fields that Yunnan 9 requires."""
        return _reply(request, *_listed("catalogue", on or clock.today(), jurisdiction))

    @get("/measures", cached_daily=True, operation_id="listMeasures")
    async def list_measures(
        self, request: Request[Any, Any, Any], clock: Needs[Clock], on: On = None, jurisdiction: Jurisdiction = None
    ) -> Response[list[MeasureView]]:
        """Lists the published incentives and penalty measures. No other measure may be applied."""
        return _reply(request, *_listed("measures", on or clock.today(), jurisdiction))


def _reply(request: Request[Any, Any, Any], body: bytes, etag: str) -> Response[Any]:
    if is_unchanged(request, etag):
        return unchanged(etag, PUBLIC)
    return answer(body, etag, PUBLIC)


def _encoded(views: Any) -> tuple[bytes, str]:
    body = msgspec.json.encode(views)
    return body, digest_of(body)


class _QueryRule(FromFile):
    title: str
    text: str
    act: str


@lru_cache(maxsize=_CACHED)
def _query_rules(jurisdiction: str) -> tuple[bytes, str]:
    data = (resources.files("api.rulebook") / "query_rules.toml").read_bytes()
    rows = msgspec.toml.decode(data, type=dict[str, tuple[_QueryRule, ...]])["rules"]
    return _encoded(
        [
            QueryRuleView(
                row.title, row.text, tuple(map(SourceView.showing, places.articles_of(row.act, jurisdiction)))
            )
            for row in rows
        ]
    )


@lru_cache(maxsize=1)
def _regulations() -> tuple[bytes, str]:
    return _encoded([RegulationView.of(regulation) for regulation in articles.regulations()])


@lru_cache(maxsize=_CACHED)
def _article(regulation_id: str, number: int) -> tuple[bytes, str]:
    found = articles.article(regulation_id, number)
    return _encoded(ArticleView.of(found, articles.regulation(regulation_id).in_force_on))


@lru_cache(maxsize=_CACHED)
def _rules(on: date, jurisdiction: str | None, history: bool) -> tuple[bytes, str]:
    return _encoded([RuleView.of(rule, on) for rule in rules.rules(None if history else on, jurisdiction)])


@lru_cache(maxsize=_CACHED)
def _listed(what: str, on: date, jurisdiction: str | None) -> tuple[bytes, str]:
    asked = (jurisdiction,) if jurisdiction else places.jurisdictions()
    found: list[Any] = []
    edition = (catalogue if what == "catalogue" else measures).edition(on)
    for place in asked:
        try:
            if what == "catalogue":
                found += [CatalogueView.of(entry, edition) for entry in catalogue.entries(place, on)]
            else:
                found += [MeasureView.of(measure, edition) for measure in measures.measures(place, on)]
        except KnowledgeError as fault:
            raise NotAskable from fault
    return _encoded(found)
