"""The query of a list: `cursor` and `limit`."""

from typing import Annotated, NamedTuple

from litestar.params import FromQuery, QueryParameter

from api.infra.paging import DEFAULT_LIMIT, MAX_LIMIT


class Asked(NamedTuple):
    """A page: what follows `cursor` (None: the first page), at most `limit` items."""

    cursor: str | None
    limit: int


def make_asked(
    cursor: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Asked:
    return Asked(cursor, limit)
