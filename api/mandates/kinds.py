"""Kinds of mandates: whom one may act for, the proof and the law. Data in `kinds.toml`."""

from functools import cache
from importlib import resources

import msgspec

from api.helpers.models import HelperKind
from api.infra.data_files import FromFile
from knowledge.citations import Certainty, Citation


class Kind(FromFile):
    """`title` is what the applicant picks, `proof` what an officer has to see."""

    title: str
    proof: str
    citation: Citation
    certainty: Certainty


@cache
def kinds() -> dict[HelperKind, Kind]:
    """All kinds, in display order."""
    data = (resources.files("api.mandates") / "kinds.toml").read_bytes()
    return msgspec.toml.decode(data, type=dict[HelperKind, Kind])
