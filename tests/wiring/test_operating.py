"""What operators hold in their hands speaks of things that exist: metrics, alerts, the dashboard, the composed installation."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client import REGISTRY

import api as application
import schedulers
from api.cli import parser
from api.infra import setting_names
from api.infra.settings import SettingsError, read_settings
from schedulers.jobs import JOBS
from schedulers.metrics import Metrics
from tests.support.api import Api

_ROOT = Path(__file__).parents[2]
CENTRES = '{"dalian": {"name": "中心", "telephone": "12345", "windows": "大厅", "hours": "工作日"}}'
_NAME = re.compile(r"credit_window_[a-z_]+")
_SETTING = re.compile(r"\b(?:CW_[A-Z_]*[A-Z]|MONGODB_URI(?:_FILE)?|OTEL_[A-Z_]+)\b")
_UNITS = {"s": 1, "min": 60, "h": 3600}
_SUFFIX = re.compile(r"_(?:bucket|sum|count|created)$")


def _samples(registry: Any) -> set[str]:
    """As Prometheus sees them."""
    names = {
        sample.name
        for family in registry.collect()
        for sample in family.samples
        if not sample.name.endswith("_created")
    }
    families = {f"{family.name}_total" if family.type == "counter" else family.name for family in registry.collect()}
    return {_SUFFIX.sub("", name) for name in names | families if name.startswith("credit_window_")}


async def _registered(api: Api) -> set[str]:
    await api.anyone.get("/rules")
    return _samples(REGISTRY) | _samples(Metrics().registry)


def _named_in(path: str) -> set[str]:
    return {_SUFFIX.sub("", name) for name in _NAME.findall((_ROOT / path).read_text())}


async def test_every_metric_is_explained_and_every_explained_metric_exists(api: Api) -> None:
    registered = await _registered(api)
    explained = {name for name in _named_in("docs/metrics.md") if name != "credit_window_"}
    assert len(registered) >= 13
    assert registered == explained


async def test_alerts_and_dashboard_ask_for_metrics_that_exist(api: Api) -> None:
    registered = await _registered(api)
    for path in ("deploy/alerts.yml", "deploy/grafana/credit-window.json"):
        assert _named_in(path) <= registered, path


def test_the_dashboard_shows_every_metric() -> None:
    board = msgspec.json.decode((_ROOT / "deploy/grafana/credit-window.json").read_bytes())
    assert board["panels"]
    assert _named_in("deploy/grafana/credit-window.json") == _named_in("docs/metrics.md")


def _table(head: str) -> list[list[str]]:
    """The rows of the table of docs/operations.md that has such a head."""
    lines = iter((_ROOT / "docs/operations.md").read_text().splitlines())
    assert any(line == head for line in lines), head
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def documented_settings() -> dict[str, str]:
    """What the document says of each variable: when it is needed."""
    rows = _table("| variable | needed | default | what it is |")
    return {name: needed for names, needed, *_ in rows for name in _SETTING.findall(names)}


def test_every_setting_that_is_read_is_explained_and_every_explained_one_is_read() -> None:
    read = set[str]()
    for room in (application, schedulers):
        for path in Path(room.__file__ or "").parent.rglob("*.py"):
            read |= set(re.findall(rf'"({_SETTING.pattern})"', path.read_text()))
    read |= {f"CW_WECHAT_TEMPLATE_{name}" for name in ("DATE_ARRIVED", "CASE_PROGRESS", "TASK_DUE")}
    assert read == documented_settings().keys()
    assert set(setting_names._NAMES) == {name for name in read if name.startswith("CW_")}


def test_what_the_document_calls_needed_is_enough_and_each_of_it_is_asked_for(tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    arguments = parser().parse_args(["keys", "make", str(keys)])
    assert arguments.run(arguments) == 0
    needed = {
        name: name.replace("_", "-") for name, when in documented_settings().items() if when in ("always", "production")
    }
    needed |= {"CW_KEYS_FILE": str(keys), "CW_CENTRES": CENTRES, "MONGODB_URI": "mongodb://x"}
    needed["CW_PUBLIC_URL"] = "https://credit.example.cn"
    assert read_settings(needed).is_production
    for name in needed:
        with pytest.raises(SettingsError, match=f"{name}.* missing"):
            read_settings({other: value for other, value in needed.items() if other != name})


def test_the_document_counts_the_pages_of_the_mini_program() -> None:
    pages = msgspec.json.decode((_ROOT / "api/web/miniprogram/app.json").read_bytes())["pages"]
    said = re.search(r"(\w+) pages of four files each", (_ROOT / "docs/operations.md").read_text())
    assert said and said[1] == ("No", "One", "Two", "Three", "Four", "Five", "Six")[len(pages)]


def test_the_document_has_the_timetable() -> None:
    told = {}
    for name, every, who, _ in _table("| job | every | who | does |"):
        number, unit = every.split()
        told[name.strip("`")] = (int(number) * _UNITS[unit], who == "all")
    assert told == {job.id: (job.every_seconds, job.is_shared) for job in JOBS}


def test_every_alert_has_an_expression_a_severity_and_words() -> None:
    found = msgspec.yaml.decode((_ROOT / "deploy/alerts.yml").read_bytes())
    rules = [rule for group in found["groups"] for rule in group["rules"]]
    assert len(rules) >= 10
    for rule in rules:
        assert rule["expr"] and rule["annotations"]["summary"] and rule["labels"]["severity"] in ("page", "ticket"), (
            rule
        )


def test_the_alert_on_slow_answers_leaves_out_files_by_routes_that_there_are(api: Api) -> None:
    found = msgspec.yaml.decode((_ROOT / "deploy/alerts.yml").read_bytes())
    (slow,) = [rule for group in found["groups"] for rule in group["rules"] if rule.get("alert") == "Slow"]
    (left_out,) = re.findall(r'path!~"([^"]+)"', slow["expr"])
    paths = {route.path_format for route in api.app.routes}
    parts = left_out.split("|/") if "|/" in left_out else [left_out]
    for one in (parts[0], *(f"/{part}" for part in parts[1:])):
        assert [path for path in paths if re.fullmatch(one, path)], one
    assert re.fullmatch(left_out, "/api/v1/provider/records")  # a file of ten thousand rows
    assert not re.fullmatch(left_out, "/api/v1/provider/records/search")


def test_the_composed_installation_runs_commands_that_exist_with_settings_that_are_read() -> None:
    composed = msgspec.yaml.decode((_ROOT / "compose.yaml").read_bytes())
    services = composed["services"]
    settings = "".join((_ROOT / f"api/infra/{name}.py").read_text() for name in ("settings", "wechat_settings"))
    of_keys = (_ROOT / "api/infra/key_module.py").read_text() + (_ROOT / "api/infra/key_file.py").read_text()
    assert all(f'"{name}"' in of_keys for name in services["keys"]["environment"])
    assert parser().parse_args(services["keys"]["command"][3:]).command == "keys"
    for name in services["api"]["environment"]:
        template = name.startswith("CW_WECHAT_TEMPLATE_") and name.removeprefix("CW_WECHAT_TEMPLATE_").lower()
        assert f'"{template or name}"' in settings, name
    assert services["api"]["command"] == ["python", "-m", "api", "serve"]
    assert parser().parse_args(services["api"]["command"][3:]).command == "serve"
    assert services["worker"]["command"] == ["python", "-m", "schedulers"]
    assert services["worker"]["environment"] == services["api"]["environment"]
    for service in services.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (_ROOT / source).exists(), source
            else:
                assert source in composed["volumes"], source
