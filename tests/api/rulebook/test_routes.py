"""The law in the open, over HTTP."""

import pytest

from tests.support.api import Api


async def test_an_article_is_read_with_its_paragraphs(api: Api) -> None:
    answer = await api.anyone.get("/regulations/yunnan/articles/36")
    assert answer.status_code == 200
    article = answer.json()
    assert article["label"] == "《云南省社会信用条例》第三十六条"
    assert len(article["paragraphs"]) == 3
    assert article["inForceOn"] == "2023-01-01"


async def test_catalogue_and_measures_name_the_edition_of_the_national_ones(api: Api) -> None:
    kinds, measures = [(await api.anyone.get(path)).json() for path in ("/catalogue", "/measures")]
    assert {one["edition"] for one in kinds} == {"2024年版，十三类"} and {one["edition"] for one in measures} == {
        "2024年版"
    }
    shown = {one["code"]: one for one in kinds if one["jurisdiction"] == "yunnan"}
    assert shown["admin-penalty"]["publicCertainty"]["isVerified"] is False and shown["market-contract"]["isMarket"]


async def test_a_lost_list_is_said_to_be_lost(api: Api) -> None:
    article = (await api.anyone.get("/regulations/dalian/articles/41")).json()
    assert article["missing"]


async def test_an_article_beyond_the_last_is_refused_with_a_next_step(api: Api) -> None:
    answer = await api.anyone.get("/regulations/dalian/articles/63")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "no-such-article"
    assert problem["nextStep"]["text"]


async def test_unchanged_reference_data_is_not_sent_again(api: Api) -> None:
    first = await api.anyone.get("/rules", params={"jurisdiction": "yunnan"})
    assert first.status_code == 200
    again = await api.anyone.get(
        "/rules", params={"jurisdiction": "yunnan"}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
    assert again.content == b""


async def test_an_unverified_number_says_so(api: Api) -> None:
    rules = (await api.anyone.get("/rules")).json()
    bar = next(rule for rule in rules if rule["id"] == "repair.breach_bar")
    assert bar["certainty"]["isVerified"] is False
    assert "未核实" in bar["certainty"]["label"]


async def test_a_date_before_every_rule_has_no_rules_in_force(api: Api) -> None:
    rules = (await api.anyone.get("/rules", params={"on": "1999-01-01", "jurisdiction": "dalian"})).json()
    assert [rule for rule in rules if rule["jurisdiction"] == "dalian"] == []


async def test_the_catalogue_shows_the_five_fields(api: Api) -> None:
    entries = (await api.anyone.get("/catalogue", params={"jurisdiction": "yunnan"})).json()
    assert entries
    for entry in entries:
        for field in ("conduct", "publicAttribute", "shareScope", "sourceAndChannel", "updateFrequency"):
            assert entry[field]


async def test_measures_come_from_the_published_lists(api: Api) -> None:
    measures = (await api.anyone.get("/measures", params={"jurisdiction": "dalian"})).json()
    assert {measure["kind"] for measure in measures} == {"incentive", "penalty"}
    assert all(measure["source"]["label"] for measure in measures)


async def test_a_malformed_date_is_a_problem_and_not_a_fault(api: Api) -> None:
    answer = await api.anyone.get("/rules", params={"on": "2026-13-99"})
    assert answer.status_code == 400
    assert answer.json()["nextStep"]["text"]


@pytest.mark.parametrize(("place", "article"), [("dalian", 20), ("yunnan", 19)])
async def test_the_rules_of_query_are_published_with_their_articles(api: Api, place: str, article: int) -> None:
    """Dalian 20 and Yunnan 19 want them published; each line cites the place's own text alone."""
    lines = (await api.anyone.get("/query-rules", params={"jurisdiction": place})).json()
    assert article in {source["article"] for line in lines for source in line["sources"]}
    assert {source["regulation"] for line in lines for source in line["sources"]} == {place}
    assert any("不收费" in line["text"] for line in lines)
    assert (await api.anyone.get("/query-rules", params={"jurisdiction": "national"})).status_code == 400
