"""The duties of the receiver of a grant: data in `duties.toml`."""

from functools import cache

from api.infra import data_files
from api.infra.data_files import FromFile
from knowledge.citations import Citation


class Duty(FromFile):
    jurisdiction: str
    text: str
    citation: Citation


class _File(FromFile):
    duties: tuple[Duty, ...]


@cache
def duties() -> tuple[Duty, ...]:
    return data_files.read("api.grants", "duties.toml", _File).duties
