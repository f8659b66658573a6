"""A place as a query asks for it."""

from typing import Annotated

from litestar.params import QueryParameter

from api.infra.wire import ONE_OF_THE_PLACES

OnePlace = Annotated[str, QueryParameter(pattern=ONE_OF_THE_PLACES)]
