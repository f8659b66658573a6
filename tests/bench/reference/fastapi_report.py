"""The report as one writes it plainly in FastAPI, pydantic and motor: `python -m tests.bench.reference.fastapi_report PORT`.

The same token, documents, opened secrets, assembled content and footprint as the product's own; no more than that.
"""

import asyncio
import os
import sys
import types
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel, ConfigDict, create_model
from pydantic.alias_generators import to_camel

from api.footprints.models import Footprint, FootprintKind
from api.footprints.service import footprint
from api.infra.actors import Actor
from api.infra.clock import SystemClock
from api.infra.documents import Codec
from api.infra.errors import Unauthenticated
from api.infra.settings import read_settings
from api.infra.tokens import Tokens
from api.records.models import Record
from api.reports.assembly import assemble
from api.reports.schemas import ReportView
from tests.bench.reference.motor_as_it_comes import motor_as_it_comes


class Out(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True)


@cache
def model_of(struct: type[msgspec.Struct]) -> type[BaseModel]:
    """The pydantic model with the fields of the struct."""
    hints = get_type_hints(struct)
    fields: dict[str, Any] = {}
    for field in msgspec.structs.fields(struct):
        default = ... if field.default is msgspec.NODEFAULT else field.default
        fields[field.name] = (_hint(hints[field.name]), default)
    return create_model(struct.__name__, __base__=Out, **fields)


def _hint(hint: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return model_of(hint)
    origin, inside = get_origin(hint), get_args(hint)
    if origin is None or origin is Annotated:
        return hint
    if origin is types.UnionType:
        origin = Union
    return origin[tuple(_hint(one) if one is not Ellipsis else one for one in inside)]


Report: Any = model_of(ReportView)
settings = read_settings(os.environ)
clock = SystemClock()
tokens = Tokens(settings.keys)
client: Any = AsyncIOMotorClient(settings.mongodb_uri, tz_aware=True, maxPoolSize=64, w="majority")
database: Any = client[settings.mongodb_database]
records = Codec(Record, "records", settings.keys)
footprints = Codec(Footprint, "footprints", settings.keys)
app = FastAPI()


async def signed_in(authorization: Annotated[str, Header()]) -> Actor:
    try:
        return tokens.read(authorization.removeprefix("Bearer "), clock.now())[0]
    except Unauthenticated as fault:
        raise HTTPException(401) from fault


@app.get("/me/report", response_model=Report)
async def report(actor: Annotated[Actor, Depends(signed_in)]) -> Any:
    now: datetime = clock.now()
    subject = actor.bound_subject
    entry = footprint(subject, FootprintKind.QUERIED, now, unit="本人", why="查看本人信用报告", basis="条例")
    documents, _ = await asyncio.gather(
        database["records"].find({"subject": subject}).sort("_id", -1).batch_size(1000).to_list(1000),
        database["footprints"].insert_one(footprints.encode(entry)),
    )
    view = assemble([records.decode(document) for document in documents], None, now)
    return Report.model_validate(view)


if __name__ == "__main__":
    with motor_as_it_comes():
        uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
