"""A security key in software: it makes and signs what a browser hands on, honestly or not."""

import base64
import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_PRESENT, _WITH_KEY = 0x01, 0x40


def text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class SecurityKey:
    """`origin` is the address of the page that the browser shows; `count` is what it has signed so far, or 0 for ever."""

    def __init__(self, party: str = "localhost", origin: str = "http://localhost:8000", *, counts: bool = True) -> None:
        self.party, self.origin = party, origin
        self.count = 0
        self._counts = counts
        self._private = ec.generate_private_key(ec.SECP256R1())
        self.credential = secrets.token_bytes(32)

    def make(self, challenge: str) -> dict[str, Any]:
        """The body that the desk sends with a name."""
        numbers = self._private.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(public)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(_PRESENT | _WITH_KEY) + attested}
        return {
            "credential": text(self.credential),
            "clientData": text(self._client_data("webauthn.create", challenge)),
            "attestation": text(cbor2.dumps(attestation)),
        }

    def sign(self, challenge: str) -> dict[str, str]:
        """The part of the body that the desk sends in place of a one-time password."""
        self.count += self._counts
        client, data = self._client_data("webauthn.get", challenge), self._data(_PRESENT)
        signature = self._private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "credential": text(self.credential),
            "clientData": text(client),
            "authenticatorData": text(data),
            "signature": text(signature),
        }

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.party.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")
