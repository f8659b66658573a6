"""The guide for units: its client, as it stands there, hands a file in to the real processes with what a unit has."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.records.files.columns import layouts
from api.web.assets import load_assets
from knowledge.citations import chinese_number
from tests.support.commands import good
from tests.support.files import penalty, to_csv
from tests.support.mongo import Server
from tests.support.processes import running

GUIDE = Path(__file__).parents[3] / "docs" / "providers.md"
_PLACES = (("大连", "dalian"), ("云南", "yunnan"))
UNIT, CODE = "大连市市场监督管理局", "11210200MB0000000X"


def examples(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)


def test_what_the_chinese_guide_quotes_stands_on_the_page() -> None:
    guide = GUIDE.with_name("providers.zh-CN.md").read_text("utf-8")
    shown = "".join(
        asset.written.decode()
        for path, asset in load_assets().files.items()
        if path.startswith(("js/unit/", "js/desk/signing"))
    )
    quoted = re.findall("“(.+?)”", guide)
    assert len(quoted) > 8 and [words for words in quoted if f'"{words}"' not in shown] == []


def test_both_guides_name_the_same_articles_and_every_template_that_is_there() -> None:
    english, chinese = GUIDE.read_text("utf-8"), GUIDE.with_name("providers.zh-CN.md").read_text("utf-8")
    cited = {(place.lower(), int(number)) for place, number in re.findall(r"\b(Dalian|Yunnan) (\d+)", english)}
    of = {f"{name}第{chinese_number(number)}条": (place, number) for name, place in _PLACES for number in range(1, 70)}
    assert {article for words, article in of.items() if words in chinese} == cited
    (named,) = re.findall(r"/provider/templates/\{(.+?)\}", english)
    assert named.split("|") == [layout.id for layout in layouts()]


def client() -> str:
    (only,) = examples("python")
    return only


def test_the_client_is_short() -> None:
    lines = [line for line in client().splitlines() if line.strip() and not line.startswith(('"""', "import "))]
    assert len(lines) <= 40


@pytest.mark.processes
def test_the_client_of_the_guide_hands_a_file_in_and_brings_the_refused_rows_back(
    tmp_path: Path, mongo_server: Server
) -> None:
    (tmp_path / "client.py").write_text(client(), "utf-8")
    (tmp_path / "examples.jsonl").write_text("".join(examples("json")), "utf-8")
    (tmp_path / "rows.csv").write_bytes(to_csv([penalty(1), penalty(2, 处罚决定日期="昨天")], "gb18030"))
    with running(tmp_path, mongo_server) as product:
        unit = good(product.environ, "provider", "add", "--name", UNIT, "--jurisdiction", "dalian", "--code", CODE)
        key = good(product.environ, "provider", "key", "issue", unit, "--exchange-only")
        environ = {**os.environ, "CREDIT_URL": product.url, "CREDIT_KEY": key, "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-W", "ignore", "client.py", "examples.jsonl"]
        done = subprocess.run(
            command, cwd=tmp_path, env=environ, capture_output=True, encoding="utf-8", timeout=120, check=True
        )
        assert done.stdout == f"trial: {len(examples('json'))} new, 0 known, 0 refused\n"
        command[-1] = "rows.csv"
        done = subprocess.run(
            command, cwd=tmp_path, env=environ, capture_output=True, encoding="utf-8", timeout=120, check=True
        )
        first, fault = done.stdout.splitlines()
        assert first == "trial: 1 new, 0 known, 1 refused"
        assert fault.startswith("row 3 处罚决定日期: ") and "2026-01-31" in fault
        assert (tmp_path / "refused.xlsx").read_bytes().startswith(b"PK")
        (listed,) = good(product.environ, "provider", "list").splitlines()
        assert listed.split("\t")[0] == unit and listed.endswith("1 keys")
        assert re.search("used 2026-11-21.*exchange only", good(product.environ, "provider", "key", "list", unit))
        successor = good(product.environ, "provider", "key", "rotate", key.partition(".")[0])
        for one in (key, successor):  # both are good
            again = subprocess.run(
                command, cwd=tmp_path, env={**environ, "CREDIT_KEY": one},
                capture_output=True, encoding="utf-8", timeout=120, check=True,
            )  # fmt: skip
            assert again.stdout.startswith("trial: 0 new, 1 known, 1 refused")
        wrong = subprocess.run(
            command, cwd=tmp_path, env={**environ, "CREDIT_KEY": "pk_none.x"},
            capture_output=True, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        assert wrong.returncode == 1 and "密钥" in wrong.stderr and "登录" not in wrong.stderr
