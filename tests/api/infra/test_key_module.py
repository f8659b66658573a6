"""The key module over its socket: it does what keys in the process do, for whom it is there, and is missed without harm."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.infra import asked_keys, key_module, key_wire
from api.infra.asked_keys import AskedKeys, KeysAway
from api.infra.database_faults import is_outage
from api.infra.documents import Codec, Secret
from api.infra.key_file import make_development_keys
from api.infra.key_module import KeyModule
from api.infra.key_wire import TooLargeToAsk
from api.infra.privacy import KeyRing, Unsealable
from tests.support.key_module import key_module as started

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux tells who asks")
FILE = make_development_keys()
HELD = KeyRing.of(FILE)


class Part(msgspec.Struct, frozen=True):
    text: Secret[str]


class Thing(msgspec.Struct, frozen=True):
    id: str
    name: Secret[str]
    parts: tuple[Part, ...] = ()


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyRing]:
    path = tmp_path_factory.mktemp("k") / "ring"
    with started(path, FILE):
        ring = KeyRing(AskedKeys(path))
        yield ring
        ring.close()


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyModule]:
    with started(tmp_path_factory.mktemp("k") / "ring", FILE) as module:
        yield module


_SHAPED = st.tuples(
    st.sampled_from(["Seal", "Open", "Digest", "Sign", "Hello", "Count"]),
    st.recursive(st.integers() | st.text() | st.binary(), lambda inside: st.lists(inside, max_size=4), max_leaves=12),
).map(list)


def _packed(values: list[Any]) -> bytes:
    """What a program with faults of its own may send."""
    try:
        return msgspec.msgpack.encode(values)
    except OverflowError:
        return b""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ring"


def asked(path: Path, *, patience: float = 5.0) -> KeyRing:
    return KeyRing(AskedKeys(path, patience=patience))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.tuples(st.binary(max_size=300), st.text(max_size=20)), max_size=20), purpose=st.text())
def test_what_is_asked_is_what_keys_in_the_process_answer(
    ring: KeyRing, values: list[tuple[bytes, str]], purpose: str
) -> None:
    places = [place for _, place in values]
    sealed = ring.seal_all(values)
    assert HELD.open_all(list(zip(sealed, places, strict=True))) == [plain for plain, _ in values]
    assert ring.open_all(list(zip(HELD.seal_all(values), places, strict=True))) == [plain for plain, _ in values]
    assert ring.blind_index_all(purpose, places) == HELD.blind_index_all(purpose, places)
    assert ring.sign(purpose.encode()) == HELD.sign(purpose.encode())
    assert ring.every_index(purpose, "x") == HELD.every_index(purpose, "x")


def test_what_does_not_open_is_refused_alone(ring: KeyRing) -> None:
    sealed = ring.seal(b"a", "here")
    assert ring.open_each([(sealed, "here"), (sealed, "elsewhere"), (b"", "here"), (sealed[:-1], "here")]) == [
        b"a", None, None, None
    ]  # fmt: skip
    with pytest.raises(Unsealable):
        ring.open(sealed, "elsewhere")
    plain = "203.0.113.9"  # written into the database by somebody who holds no key
    for one in (ring, HELD):
        assert one.open_each([(plain, "here"), (None, "here"), (sealed, "here")]) == [None, None, b"a"]


def test_a_list_is_one_question_however_many_secrets_it_has(path: Path) -> None:
    with started(path, FILE) as module:
        codec = Codec(Thing, "things", asked(path))
        told: list[key_wire.Question] = []
        whole = module.answer

        def heard(body: bytes) -> key_wire.Answer:
            told.append(key_wire.QUESTIONS.decode(body))
            return whole(body)

        module.answer = heard  # type: ignore[method-assign]  # listens to what is asked
        things = [Thing(f"t{n}", f"名{n}", (Part("一"), Part("二"))) for n in range(20)]
        documents = codec.encode_all(things)
        assert codec.decode_all(documents) == things
        codec._keys.close()
    kinds = [type(question).__name__ for question in told]
    assert kinds.count("Seal") == kinds.count("Open") == 1 and len(kinds) <= 3, kinds


def test_more_than_a_question_holds_is_several_and_one_value_that_is_too_large_is_said_to_be(ring: KeyRing) -> None:
    many = [(bytes(1 << 20), f"p{n}") for n in range(6)] + [(b"x", f"q{n}") for n in range(3000)]
    sealed = ring.seal_all(many)
    assert ring.open_all([(one, place) for one, (_, place) in zip(sealed, many, strict=True)]) == [
        plain for plain, _ in many
    ]
    with pytest.raises(TooLargeToAsk):
        ring.seal(bytes(key_wire.MOST), "place")
    assert ring.fault() is None


def test_a_process_of_another_user_is_turned_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_module, "_ROOT", -1)
    with started(path, FILE, peers=frozenset({os.getuid() + 1})) as module:
        with pytest.raises(KeysAway) as away:
            asked(path).seal(b"a", "place")
        assert away.value.why == "keys-away"
        assert module._counted["strangers"] >= 1 and not module._counted["sealed"]


def bare(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(5)
    connection.connect(str(path))
    return connection


@pytest.mark.parametrize(
    "sent",
    [
        key_wire._HEAD.pack(key_wire.MOST + 1, 1),  # larger than anything
        key_wire._HEAD.pack(4, 1) + b"GET / HTTP/1.1\r\n",  # more than it says
        key_wire._HEAD.pack(4, 1) + b"\xc1\xc1\xc1\xc1",  # no msgpack
        key_wire.pack(key_wire.Digest([("nokey", "purpose", "value")]), 1),  # of a key that is not here
        key_wire._HEAD.pack(1000, 1) + b"half",
        b"\0",
    ],
)
def test_what_is_no_question_ends_its_own_connection_and_nobody_elses(
    path: Path, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_module, "_FRAME_SECONDS", 0.2)
    with started(path, FILE):
        ring = asked(path)
        with bare(path) as connection:
            connection.sendall(sent)
            if len(sent) in (1, 16):
                connection.shutdown(socket.SHUT_WR)  # torn in the middle
            with suppress(ConnectionError):
                while answer := connection.recv(1 << 16):
                    assert b"malformed" in answer
        assert ring.open(ring.seal(b"a", "place"), "place") == b"a"
        ring.close()


@settings(max_examples=200, deadline=None)
@given(body=st.one_of(st.binary(max_size=200), _SHAPED.map(_packed)))
def test_whatever_is_sent_as_a_question_is_answered_or_refused(module: KeyModule, body: bytes) -> None:
    assert isinstance(module.answer(body), key_wire.Answer)


def test_an_answer_to_another_question_is_not_taken(path: Path) -> None:
    """Two processes on one connection, or an answer that came too late, would give one person's values to another."""

    def answer_wrongly(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            begun = key_wire.begin(connection)
            assert begun is not None
            connection.sendall(key_wire.pack(key_wire.Values([b"another's"]), begun.number + 1))

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(path))
        listening.listen()
        listening.settimeout(5)
        thread = threading.Thread(target=answer_wrongly, args=(listening,))
        thread.start()
        with pytest.raises(KeysAway):
            asked(path).sign(b"x")
        thread.join()


def test_a_module_that_was_started_anew_is_not_noticed(path: Path) -> None:
    ring = asked(path)
    with started(path, FILE):
        sealed = ring.seal(b"a", "place")
    with started(path, FILE):
        assert ring.open(sealed, "place") == b"a"
        ring.close()


def test_one_that_is_away_is_an_outage_and_its_return_is_enough(path: Path) -> None:
    ring = asked(path)
    with pytest.raises(KeysAway) as away:
        ring.blind_index("purpose", "value")
    assert is_outage(away.value) and ring.fault() == "keys-away"
    with started(path, FILE):
        assert ring.blind_index("purpose", "value") == HELD.blind_index("purpose", "value")
        assert ring.fault() is None
        ring.close()


def test_one_that_is_silent_is_waited_for_once_and_then_by_a_thread(path: Path) -> None:
    ring = asked(path, patience=0.5)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as frozen:
        frozen.bind(str(path))
        frozen.listen()
        begun = time.monotonic()
        for _ in range(50):
            with pytest.raises(KeysAway) as away:
                ring.sign(b"x")
            assert away.value.why == "keys-silent"
        assert time.monotonic() - begun < 50 * 0.5 / 5, "each would have waited"
    path.unlink()
    with started(path, FILE):
        until = time.monotonic() + 20
        while ring.fault() is not None and time.monotonic() < until:
            time.sleep(0.02)
        assert ring.sign(b"x") == HELD.sign(b"x")
        ring.close()


def test_one_that_comes_back_with_nonsense_is_asked_again_all_the_same(path: Path) -> None:
    """As one of another version may, while it is exchanged: whoever looks for it must not die of that."""
    ring = asked(path, patience=0.3)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as strange:
        strange.bind(str(path))
        strange.listen()
        with pytest.raises(KeysAway, match="unavailable"):
            ring.sign(b"x")
        strange.settimeout(5)
        for said in (None, b"\xc1"):  # the first connection is the one that was given up
            connection, _ = strange.accept()
            with connection:
                begun = key_wire.begin(connection)
                if said is not None and begun is not None:
                    connection.sendall(key_wire._HEAD.pack(len(said), begun.number) + said)
    path.unlink()
    with started(path, FILE):
        until = time.monotonic() + 5
        while ring.fault() is not None and time.monotonic() < until:
            time.sleep(0.02)
        assert ring.sign(b"x") == HELD.sign(b"x")
        ring.close()


def test_index_keys_that_were_changed_want_a_new_start_and_field_keys_do_not(path: Path) -> None:
    ring = asked(path)
    with started(path, FILE):
        assert ring.current == "dev1"
    added = msgspec.structs.replace(FILE, current="k2", field_keys={**FILE.field_keys, "k2": FILE.field_keys["dev1"]})
    with started(path, added):
        assert ring.key_of(ring.seal(b"a", "place")) == "k2" and ring.current == "k2"
    other = msgspec.structs.replace(FILE, index_name="i2", former_index_keys={"": FILE.index_key})
    with started(path, other):
        assert ring.fault() == "keys-changed"
        fresh = asked(path)
        assert fresh.index_name == "i2"
        fresh.close()


def test_it_can_be_told_how_much_it_opens_and_counts_what_it_did(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_module, "_MINUTE", 1e9)
    with started(path, FILE, most_opened=3) as module:
        ring = asked(path)
        sealed = [(ring.seal(b"a", f"p{n}"), f"p{n}") for n in range(4)]
        with pytest.raises(KeysAway) as away:
            ring.open_all(sealed)
        assert away.value.why == "keys-limited" and is_outage(away.value)
        assert ring.open_all(sealed[:3]) == [b"a"] * 3
        with pytest.raises(KeysAway):
            ring.open(*sealed[0])
        used = ring.used()
        assert used is not None
        assert (used["sealed"], used["opened"], used["limited"]) == (4, 3, 5)
        assert HELD.used() is None
        ring.close()
        module.tell()


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"CW_MODE": "production"}, "development keys"),
        ({"CW_MODE": "production"}, "a user of its own"),
        ({"CW_KEYS": ""}, "CW_KEYS_FILE or CW_KEYS is missing"),
        ({"CW_KEYS": "{}"}, "cannot be read"),
        ({"CW_KEYS_SOCKET": ""}, "CW_KEYS_SOCKET is missing"),
        ({"CW_KEYS_PEERS": "credit"}, "CW_KEYS_PEERS"),
        ({"CW_KEYS_OPENED_A_MINUTE": "-1"}, "CW_KEYS_OPENED_A_MINUTE"),
        ({"CW_KEYS_OPENED_A_MINUTE": "1999"}, "CW_KEYS_OPENED_A_MINUTE"),  # a list is asked for in parts of 2000
        ({"CW_KEYS_OPENED_PER_MINUTE": "9"}, "CW_KEYS_OPENED_A_MINUTE may be meant"),
    ],
)
def test_settings_that_are_wrong_are_said(path: Path, environ: dict[str, str], said: str) -> None:
    right = {"CW_MODE": "development", "CW_KEYS": msgspec.json.encode(FILE).decode(), "CW_KEYS_SOCKET": str(path)}
    assert key_module.read_module_settings(right)[1] == []
    found, faults = key_module.read_module_settings({**right, **environ})
    assert found is None and any(said in fault for fault in faults), faults


def test_a_folder_to_which_anybody_may_write_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    environ = {"CW_KEYS": msgspec.json.encode(FILE).decode(), "CW_KEYS_SOCKET": str(tmp_path / "ring")}
    assert any("anybody" in fault for fault in key_module.read_module_settings(environ)[1])


def test_the_socket_is_of_owner_and_group_and_a_second_module_does_not_take_it(path: Path) -> None:
    with started(path, FILE):
        assert path.stat().st_mode & 0o777 == 0o660
        with pytest.raises(OSError, match="in use"), started(path, FILE):
            pass
        ring = asked(path)
        assert ring.fault() is None
        ring.close()


def test_a_module_that_ends_takes_no_socket_away_but_its_own(path: Path) -> None:
    """The next one may be there already: whoever starts it looks whether the old one still listens, not whether it has gone."""
    environ = {**os.environ, "CW_MODE": "development", "CW_KEYS": msgspec.json.encode(FILE).decode()}
    environ |= {"CW_KEYS_SOCKET": str(path), "CW_OVERWRITE_MEMORY": "off"}
    for is_replaced in (False, True):
        module = subprocess.Popen([sys.executable, "-m", "api", "keys", "serve"], env=environ)
        until = time.monotonic() + 20
        while not path.is_socket() and time.monotonic() < until:
            time.sleep(0.02)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as following:
            if is_replaced:
                path.unlink()
                following.bind(str(path))
            module.terminate()
            assert module.wait(20) == 0
            assert path.is_socket() is is_replaced


def test_what_is_asked_at_once_stays_apart(ring: KeyRing) -> None:
    wrong: list[str] = []

    def ask(who: int) -> None:
        for number in range(50):
            text = f"{who}/{number}"
            if ring.open(ring.seal(text.encode(), text), text) != text.encode():
                wrong.append(text)

    threads = [threading.Thread(target=ask, args=(who,)) for who in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert asked_keys._MOST_IDLE < 12
