"""Access tokens: short-lived, signed, stateless. They carry ids and the blind index, no identity number, name or openid."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt
from jwt.algorithms import Algorithm

from api.infra.actors import Actor, Role
from api.infra.errors import Unauthenticated
from api.infra.ids import new_id
from api.infra.privacy import KeyRing

ACCESS_LIFE = timedelta(minutes=10)
TICKET_LIFE = timedelta(minutes=1)
STEP_UP_LIFE = timedelta(minutes=5)
PROGRAM_LIFE = timedelta(minutes=15)
DEVICE_LIFE = timedelta(days=90)
_ALGORITHM = "HS256"
_AUDIENCE = "credit-window"
_DEVICE_AUDIENCE = "credit-window-device"
_TICKETS = "credit-window-ticket"
_PROGRAMS = "credit-window-program"
_REMEMBERED = 4096
_LONGEST = (ACCESS_LIFE + timedelta(minutes=2)).total_seconds()
"""A token that lasts longer was issued by a clock that is ahead, and would hold for as long as that."""


class _ByKeyRing(Algorithm):
    """HS256 as everybody knows it; the key ring signs, which may stand in another process."""

    def prepare_key(self, key: KeyRing) -> KeyRing:
        return key

    def sign(self, msg: bytes, key: KeyRing) -> bytes:
        return key.sign(msg)

    def verify(self, msg: bytes, key: KeyRing, sig: bytes) -> bool:
        return key.is_signed(msg, sig)

    @staticmethod
    def to_jwk(key_obj: Any, as_dict: bool = False) -> Any:
        raise NotImplementedError

    @staticmethod
    def from_jwk(jwk: Any) -> Any:
        raise NotImplementedError


class _Signed(jwt.PyJWT):
    """Knows this one algorithm and no other. Its key is a ring, where the library means the bytes of one."""

    def __init__(self) -> None:
        super().__init__()
        self._jws = jwt.PyJWS(algorithms=())
        self._jws.register_algorithm(_ALGORITHM, _ByKeyRing())


_jwt = _Signed()


class Tokens:
    def __init__(self, keys: KeyRing) -> None:
        self._key: Any = keys
        self._verified = lru_cache(maxsize=_REMEMBERED)(self._verify)

    def issue(self, actor: Actor, now: datetime, *, stepped_up: bool = False) -> str:
        """`stepped_up`: the person has just shown their identity again (valid for STEP_UP_LIFE)."""
        claims = _claims(actor, _AUDIENCE, now + ACCESS_LIFE)
        if stepped_up:
            claims["stp"] = int((now + STEP_UP_LIFE).timestamp())
        return _jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def issue_ticket(self, actor: Actor, path: str, now: datetime, *, stepped_up: bool) -> str:
        """Opens one path for one reading, whoever carries it; the caller sees to it that it is used once."""
        claims = _claims(actor, _TICKETS, now + TICKET_LIFE)
        claims |= {"jti": new_id("tkt"), "pth": path, "stp": int((now + TICKET_LIFE).timestamp()) if stepped_up else 0}
        return _jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def read_ticket(self, ticket: str, path: str, now: datetime) -> tuple[Actor, bool, str]:
        """The actor, whether the step-up holds, and the ticket's own id. Raises Unauthenticated, also for another path."""
        try:
            actor, expires, stepped_up_until, claims = self._decoded(ticket, _TICKETS)
            number = str(claims["jti"])
        except (jwt.InvalidTokenError, KeyError, ValueError, TypeError) as fault:
            raise Unauthenticated from fault
        if expires <= now.timestamp() or claims.get("pth") != path:
            raise Unauthenticated("这份文件的取件码已过期。")
        return actor, stepped_up_until > now.timestamp(), number

    def read(self, token: str, now: datetime) -> tuple[Actor, bool]:
        """The actor, and whether the step-up still holds. Raises Unauthenticated."""
        try:
            actor, expires, stepped_up_until = self._verified(token)
        except (jwt.InvalidTokenError, ValueError, TypeError) as fault:
            raise Unauthenticated from fault
        if not 0 < expires - now.timestamp() <= _LONGEST:
            raise Unauthenticated("登录已过期。")
        return actor, stepped_up_until > now.timestamp()

    def mark_device(self, holder: str, session: str, stamp: str, now: datetime) -> str:
        """Says that the holder signed in on a device; `stamp` changes when all devices are to be strangers again."""
        claims = {
            "aud": _DEVICE_AUDIENCE,
            "sub": holder,
            "dev": session,
            "stm": stamp,
            "exp": int((now + DEVICE_LIFE).timestamp()),
        }
        return _jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def device_of(self, token: str, holder: str, stamp: str, now: datetime) -> str | None:
        """The device's id; None for a mark that is foreign, old or not ours."""
        try:
            claims = _jwt.decode(
                token, self._key, algorithms=[_ALGORITHM], audience=_DEVICE_AUDIENCE, options={"verify_exp": False}
            )
        except (jwt.InvalidTokenError, ValueError, TypeError):
            return None
        is_theirs = claims.get("sub") == holder and claims.get("stm") == stamp
        return str(claims["dev"]) if is_theirs and claims.get("exp", 0) > now.timestamp() else None

    def issue_program(self, key_id: str, now: datetime) -> str:
        """For a unit's program. It names the key that it was exchanged for, and what that may do is asked at each use."""
        claims = {"aud": _PROGRAMS, "sub": key_id, "exp": int((now + PROGRAM_LIFE).timestamp())}
        return _jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def key_of(self, token: str, now: datetime) -> str | None:
        """The id of the key for which a program got this token; None for one that is foreign, old or not ours."""
        try:
            claims = _jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=_PROGRAMS,
                options={"verify_exp": False, "require": ["exp", "sub"]},
            )
        except (jwt.InvalidTokenError, ValueError, TypeError):
            return None
        return str(claims["sub"]) if 0 < claims["exp"] - now.timestamp() <= PROGRAM_LIFE.total_seconds() else None

    def _verify(self, token: str) -> tuple[Actor, float, float]:
        """What a token says does not change; whether its time is over is asked each time."""
        return self._decoded(token, _AUDIENCE)[:3]

    def _decoded(self, token: str, audience: str) -> tuple[Actor, float, float, dict[str, Any]]:
        claims = _jwt.decode(
            token,
            self._key,
            algorithms=[_ALGORITHM],
            audience=audience,
            options={"verify_exp": False, "require": ["exp", "sub", "rol", "sid"]},
        )
        actor = Actor(
            role=Role(claims["rol"]),
            id=claims["sub"],
            subject=claims.get("sbj"),
            unit=claims.get("unt"),
            jurisdiction=claims.get("jur"),
            session=claims["sid"],
            scopes=tuple(claims.get("sco", ())),
            person=claims.get("prs"),
        )
        return actor, claims["exp"], claims.get("stp", 0), claims


def _claims(actor: Actor, audience: str, until: datetime) -> dict[str, object]:
    claims: dict[str, object] = {
        "aud": audience,
        "sub": actor.id,
        "rol": actor.role.value,
        "sid": actor.session,
        "exp": int(until.timestamp()),
    }
    optional = {"sbj": actor.subject, "unt": actor.unit, "jur": actor.jurisdiction}
    claims |= {name: value for name, value in optional.items() if value is not None}
    return claims | {"prs": actor.person, "sco": list(actor.scopes)} if actor.person is not None else claims
