"""What goes over the wire: camelCase names; a request that holds more than it may is refused."""

from typing import Annotated

import msgspec

from knowledge.places import jurisdictions

ONE_OF_THE_PLACES = f"^({'|'.join(jurisdictions())})$"
Jurisdiction = Annotated[
    str, msgspec.Meta(pattern=ONE_OF_THE_PLACES, extra_json_schema={"enum": list(jurisdictions())})
]
"""The id of one of the places that are served."""


class In(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    pass


class Out(msgspec.Struct, frozen=True, rename="camel"):
    pass
