"""Passwords and one-time passwords of staff: hashing, strength, time steps."""

import hmac
from base64 import b64encode
from datetime import datetime
from secrets import token_bytes

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from api.infra.bounded import Bounded
from api.infra.errors import FieldFault, Invalid

ISSUER = "信用小窗"
MIN_PASSWORD, MAX_PASSWORD = 12, 128
_STRONG = 3  # of 4: "safely unguessable" where the hash is slow
_MEASURED = 72  # characters that are weighed
_STEP_SECONDS = 30
_DRIFT = 1  # steps that a clock may be off
_AT_ONCE, _WAITING, _PATIENCE = 2, 16, 1.5  # each hash takes 64 MB, and a core for a twentieth of a second


class Passwords:
    """Hashes and compares passwords, few at once. Raises Busy. One for each process."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._hashing = Bounded("password", _AT_ONCE, waiting=_WAITING, seconds=_PATIENCE)

    async def hash(self, password: str) -> str:
        return await self._hashing.in_thread(self._hasher.hash, password)

    async def match(self, stored: str | None, password: str) -> bool:
        """`stored` is None for an unknown user; the comparison takes as long, so that timing does not reveal who works here."""
        compared = _hash_of_nothing(self._hasher) if stored is None else stored
        return await self._hashing.in_thread(self._verify, compared, password) and stored is not None

    def _verify(self, stored: str, password: str) -> bool:
        """An exception that left the thread would be kept with its frames, and the password with them, until the collector comes."""
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """What no password is known to lead to, as dear to compare with as any other. It is drawn and not worked out: a flood of unknown
    names would fill the few places with that work."""
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    salt, drawn = (b64encode(token_bytes(length)).decode().rstrip("=") for length in (hasher.salt_len, hasher.hash_len))
    return f"$argon2{hasher.type.name.lower()}$v={ARGON2_VERSION}${cost}${salt}${drawn}"


def check_strength(password: str, *known: str) -> None:
    """Raises Invalid for a password that is too short, too long, or easily guessed by somebody who knows `known`."""
    from zxcvbn import zxcvbn  # its lists of words: not at the start of every process

    fault = None
    if len(password) < MIN_PASSWORD:
        fault = f"密码至少{MIN_PASSWORD}个字符。"
    elif len(password) > MAX_PASSWORD:
        fault = f"密码最多{MAX_PASSWORD}个字符。"
    elif zxcvbn(password[:_MEASURED], user_inputs=list(known))["score"] < _STRONG:
        fault = "这个密码太容易被猜到，请换一个：几个不相干的词连起来最好记。"
    if fault:
        raise Invalid(faults=(FieldFault(field="password", message=fault),))


def otpauth_address(username: str, secret: str) -> str:
    """What an authenticator reads, as text or QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def step_of(secret: str, otp: str, now: datetime) -> int | None:
    """The time step to which the one-time password belongs, or None. All steps are compared, for constant time."""
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // _STEP_SECONDS
    found = None
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), otp.encode()):
            found = step
    return found
