"""What goes over the wire: camelCase names; a request that holds more than it may is refused."""

import msgspec


class In(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    pass


class Out(msgspec.Struct, frozen=True, rename="camel"):
    pass
