"""Settings that cannot be meant are refused at the start, one clear line each."""

from pathlib import Path

import pytest

from api.infra.memory import is_overwritten
from api.infra.settings import SettingsError, read_settings
from tests.support.world import KEY_FILE
from tests.wiring.test_operating import documented_settings

_CENTRE = '{"name": "中心", "telephone": "12345", "windows": "大厅", "hours": "工作日"}'
_GOOD = {
    "CW_MODE": "development",
    "MONGODB_URI": "mongodb://127.0.0.1:1",
    "CW_KEYS": KEY_FILE,
    "CW_WECHAT_APPID": "x",
    "CW_WECHAT_SECRET": "x",
    "CW_WECHAT_EVENT_TOKEN": "x",
}


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("CW_PUBLIC_URL", "nonsense", "CW_PUBLIC_URL: 'nonsense' is no address such as https://credit.example.cn"),
        ("CW_PUBLIC_URL", "http://[x", "CW_PUBLIC_URL: 'http://[x' is no address such as https://credit.example.cn"),
        ("CW_PUBLIC_URL", "https://", "CW_PUBLIC_URL: 'https:' is no address such as https://credit.example.cn"),
        ("CW_PUBLIC_URL", "ftp://a.cn", "CW_PUBLIC_URL: 'ftp://a.cn' is no address such as https://credit.example.cn"),
        (
            "CW_WECHAT_URL",
            "api.weixin.qq.com",
            "CW_WECHAT_URL: 'api.weixin.qq.com' is no address such as https://api.weixin.qq.com",
        ),
        (
            "CW_ALLOWED_HOSTS",
            "a.cn,https://b.cn",
            "CW_ALLOWED_HOSTS: 'https://b.cn' is no host name; write it without https:// and path",
        ),
        (
            "CW_TRUSTED_PROXIES",
            "10.0.0.0/8,999.1.1.1",
            "CW_TRUSTED_PROXIES: '999.1.1.1' is no address and no network such as 172.16.0.0/12",
        ),
        (
            "CW_WECHAT_TEMPLATE_GREETING",
            "abc",
            "CW_WECHAT_TEMPLATE_GREETING: no such template; known: date_arrived, case_progress, task_due",
        ),
        (
            "CW_WECHAT_LONG_TERM",
            "greeting",
            "CW_WECHAT_LONG_TERM: 'greeting' is no template; known: date_arrived, case_progress, task_due",
        ),
        (
            "CW_WECHAT_TEMPLATE_TASK_DUE",
            ":thing1,date2",
            "CW_WECHAT_TEMPLATE_TASK_DUE: ':thing1,date2' begins with no id of WeChat's",
        ),
        (
            "CW_WECHAT_TEMPLATE_TASK_DUE",
            "one two",
            "CW_WECHAT_TEMPLATE_TASK_DUE: 'one two' begins with no id of WeChat's",
        ),
        ("CW_WECHAT_TEMPLATE_TASK_DUE", "a1:,", "CW_WECHAT_TEMPLATE_TASK_DUE: no keyword"),
        ("CW_RESIDENT_IDLE_MINUTES", "10", "CW_RESIDENT_IDLE_MINUTES is a whole number from 15 to 43200"),
        ("CW_STAFF_SESSION_HOURS", "9", "CW_STAFF_SESSION_HOURS is a whole number from 1 to 8"),
        ("CW_OVERWRITE_MEMORY", "sometimes", "CW_OVERWRITE_MEMORY is on or off"),
        (
            "CW_DATABASE",
            "credit.window",
            "CW_DATABASE: 'credit.window' is no name of a database (letters, digits, _ and -)",
        ),
        ("CW_SCANER", "127.0.0.1:3310", "CW_SCANER: no such setting; CW_SCANNER may be meant"),
        ("CW_TRUSTED_PROXY", "10.0.0.1", "CW_TRUSTED_PROXY: no such setting; CW_TRUSTED_PROXIES may be meant"),
        ("CW_CENTRES", "{}", "CW_CENTRES: no place; known: dalian, yunnan"),
        ("CW_PACE", "slow", "CW_PACE is on; off only where CW_MODE=development"),
        ("CW_CENTRES", f'{{"beijing": {_CENTRE}}}', "CW_CENTRES: 'beijing' is no place; known: dalian, yunnan"),
        (
            "CW_CENTRES",
            f'{{"dalian": {_CENTRE.replace("12345", " ")}}}',
            "CW_CENTRES: dalian.telephone is empty; residents read it",
        ),
    ],
)
def test_each_is_told_in_one_line(name: str, value: str, line: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({**_GOOD, name: value})
    assert str(refused.value) == line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CW_PUBLIC_URL", "https://credit.example.cn/window/"),
        ("CW_PUBLIC_URL", "http://[::1]:8000"),
        ("CW_ALLOWED_HOSTS", "credit.example.cn, *.example.cn, 10.0.0.7:8443"),
        ("CW_TRUSTED_PROXIES", "10.0.0.0/8, 192.168.1.7, fd00::/8"),
        ("CW_CENTRES", f'{{"dalian": {_CENTRE}}}'),
        ("CW_API_SERVICE_HOST", "10.0.0.3"),  # not ours: Kubernetes names services so
    ],
)
def test_what_is_meant_is_taken(name: str, value: str) -> None:
    read_settings({**_GOOD, name: value})


@pytest.mark.parametrize(
    "uri",
    [
        "nonsense",
        "mongodb://user:hunter2@1@db.example/",
        "mongodb://user:hunter2@db.example/?tls=ture",
        "mongodb://user:hunter2@db.example/?replicSet=rs0",
        "mongodb://user:hunter2@db.example/?tls=true&tlsCAFile=/nowhere/ca.pem",
        "mongodb://user:hunter2@db.example:port/",
        b"\xff\xfe",
        b"\n",
    ],
)
def test_a_database_that_cannot_be_meant_is_told_in_one_line_without_its_password(
    uri: str | bytes, tmp_path: Path
) -> None:
    """The driver only warns of an option that it does not know, and goes on without TLS where it is misspelt."""
    (file := tmp_path / "uri").write_bytes(uri if isinstance(uri, bytes) else uri.encode())
    others = {name: value for name, value in _GOOD.items() if name != "MONGODB_URI"}
    for name, value in (("MONGODB_URI_FILE", str(file)), ("MONGODB_URI", uri)):
        if isinstance(value, str):
            with pytest.raises(SettingsError) as refused:
                read_settings({**others, name: value})
            assert str(refused.value).startswith(f"{name}: ") and "\n" not in str(refused.value)
            assert "hunter2" not in str(refused.value)


def test_nothing_that_shows_the_settings_shows_a_secret() -> None:
    said = {**_GOOD, "MONGODB_URI": "mongodb://user:hunter2@db.example/", "CW_WECHAT_SECRET": "hunter3"}
    shown = repr(read_settings(said)) + str(read_settings(said).wechat)
    assert "hunter" not in shown and KEY_FILE not in shown


def test_two_templates_are_not_one() -> None:
    """Of whom WeChat tells by its id, we would not know for which of the two they gave their permission."""
    with pytest.raises(SettingsError) as refused:
        read_settings({**_GOOD, "CW_WECHAT_TEMPLATE_TASK_DUE": "a1", "CW_WECHAT_TEMPLATE_CASE_PROGRESS": "a1:thing4"})
    assert str(refused.value) == "CW_WECHAT_TEMPLATE_TASK_DUE: has the same id as CW_WECHAT_TEMPLATE_CASE_PROGRESS"


@pytest.mark.parametrize("blank", ["", " \n"])
def test_what_is_blank_is_not_set(blank: str) -> None:
    """As where a variable of `compose.yaml` is passed on that nobody has set: an empty address would be every address."""
    optional = documented_settings().keys() - _GOOD.keys()
    said, usual = read_settings({**_GOOD, **dict.fromkeys(optional, blank)}), read_settings(_GOOD)
    for name in usual.__struct_fields__:
        if name != "keys":
            assert getattr(said, name) == getattr(usual, name), name
    assert is_overwritten({"CW_OVERWRITE_MEMORY": blank})


def test_what_a_file_of_secrets_puts_round_a_value_is_no_part_of_it() -> None:
    said = read_settings({**_GOOD, "CW_WECHAT_SECRET": "of WeChat\n", "CW_METRICS_HOST": " 10.0.0.7 "})
    assert (said.wechat.secret, said.metrics_host) == ("of WeChat", "10.0.0.7")


def test_who_asks_the_key_module_holds_no_keys_and_does_not_ask_for_them_at_the_start() -> None:
    """It may be away then, and is waited for as the database is."""
    asking = {**{name: value for name, value in _GOOD.items() if name != "CW_KEYS"}, "CW_KEYS_SOCKET": "/nowhere/ring"}
    assert not read_settings(asking).keys.is_in_process and read_settings(_GOOD).keys.is_in_process
    with pytest.raises(SettingsError, match="holds no keys"):
        read_settings({**asking, "CW_KEYS": KEY_FILE})
