"""The query parameter for a place."""

from typing import Annotated

from litestar.params import QueryParameter

from api.infra.wire import ONE_OF_THE_PLACES
from knowledge.places import jurisdictions

OnePlace = Annotated[str, QueryParameter(pattern=ONE_OF_THE_PLACES, schema_extra={"enum": list(jurisdictions())})]
