"""How a page of a list is asked for."""

from typing import Annotated

from litestar.params import QueryParameter

from api.infra.paging import MAX_LIMIT

Limit = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT)]
