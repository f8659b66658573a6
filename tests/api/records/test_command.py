"""`python -m api import`: a real process over a real database."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.infra.mongo import Database
from tests.support.commands import command
from tests.support.files import DALIAN, open_services, penalty, to_csv
from tests.support.mongo import Server
from tests.support.world import KEY_FILE, FixedClock


@pytest.mark.processes
async def test_a_file_is_taken_in_from_the_shell_with_its_faults_by_line(
    mongo_server: Server, clock: FixedClock, tmp_path: Path
) -> None:
    database = Database(mongo_server.uri, mongo_server.new_name(), timeout_ms=10_000)
    await open_services(database, clock)
    file = tmp_path / "rows.csv"
    file.write_bytes(to_csv([penalty(1), penalty(2, 行政相对人类别="法人及非法人组织", 证件号码="")], "gb18030"))
    environ = {
        **os.environ,
        "CW_MODE": "development",
        "MONGODB_URI": mongo_server.uri,
        "CW_DATABASE": database.raw.name,
        "CW_WECHAT_APPID": "wx-test",
        "CW_WECHAT_SECRET": "secret-test",
        "CW_WECHAT_EVENT_TOKEN": "event-token-test",
        "CW_KEYS": KEY_FILE,
    }

    started = [sys.executable, "-m", "api", "import", str(file), "--provider", DALIAN.id]
    done = await asyncio.to_thread(
        subprocess.run, started, env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr
    fault, summary = done.stdout.splitlines()
    assert (
        fault.startswith("line 3\t行政相对人代码_1(统一社会信用代码)\t")
        and summary == "1 taken in, 0 there already, 1 refused."
    )
    again = await asyncio.to_thread(command, environ, "import", file, "--provider", DALIAN.id)
    assert again.out.splitlines()[-1] == "0 taken in, 1 there already, 1 refused."
    unlike = tmp_path / "unlike.csv"
    unlike.write_bytes(to_csv([penalty(3), penalty(3, 违法事实="另一种写法")]))
    trial = await asyncio.to_thread(command, environ, "import", unlike, "--provider", DALIAN.id, "--dry-run")
    assert "第2行" in trial.out and "已经入库" not in trial.out
    nowhere = tmp_path / "none" / "refused.xlsx"
    early = await asyncio.to_thread(command, environ, "import", unlike, "--provider", DALIAN.id, "--refused", nowhere)
    assert early.status == 1 and early.err == f"Nothing was taken in: there is no folder {nowhere.parent}."
    assert "1 taken in" in (await asyncio.to_thread(command, environ, "import", unlike, "--provider", DALIAN.id)).out
    for name, provider in ((tmp_path / "none.csv", DALIAN.id), (file, "nobody")):
        refused = await asyncio.to_thread(command, environ, "import", name, "--provider", provider)
        assert refused.status == 1 and len(refused.err.splitlines()) == 1, refused.err
    await database.drop()
    await database.close()
