"""The story that both READMEs tell, walked as they tell it, with what a newcomer has: their words, taps, one terminal.

Every word that is tapped or looked for is first found in the story; the command and the addresses are taken from it.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PHONE
from tests.support.mongo import free_port

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("browser")]

_ROOT = Path(__file__).parents[2]
_STARTS_WITHIN = 300
_PORTS = ("CW_PORT", "CW_METRICS_PORT", "CW_WORKER_METRICS_PORT", "CW_DATABASE_PORT", "CW_WECHAT_PORT")


class Story:
    def __init__(self, file: str, heading: str) -> None:
        self._text = (_ROOT / file).read_text().split(f"## {heading}")[1].split("\n## ")[0]

    def says(self, words: str) -> str:
        assert f"`{words}`" in self._text, f"the story does not say {words}"
        return words

    def commands(self) -> list[str]:
        return re.findall(r"`(\.venv/bin/python [^`]+)`", self._text)

    def addresses(self) -> list[str]:
        return re.findall(r"<(http://127[^>]+)>", self._text)


class Demo:
    """`make run` in a folder of its own; ports are free ones, which a newcomer does not need."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {name: str(free_port()) for name in _PORTS}
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("CW_", "MONGODB_URI"))}
        self._output = (folder / "printed").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "api.demo"], cwd=folder, env={**environ, **self.ports}, stdout=self._output,
            stderr=self._output, start_new_session=True,
        )  # fmt: skip
        self._environ = environ
        end = time.monotonic() + _STARTS_WITHIN
        while "is ready" not in (folder / "printed").read_text():
            assert self._process.poll() is None and time.monotonic() < end, (folder / "printed").read_text()
            time.sleep(0.5)

    def here(self, address: str) -> str:
        """An address of the story on the ports of this demo."""
        for written, name in ((":8000", "CW_PORT"), (":8010", "CW_WECHAT_PORT")):
            address = address.replace(written, f":{self.ports[name]}")
        return address

    def run(self, command: str) -> str:
        """A command of the story, word for word, in the folder where the demo was started; it is told no port."""
        words = shlex.split(command)
        done = subprocess.run(
            [sys.executable, *words[1:]], cwd=self.folder, env=self._environ, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._output.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("newcomer"))
    yield demo
    demo.stop()


def test_both_stories_say_the_same_words_in_the_same_order() -> None:
    told = [re.findall(r"`([^`]+)`", Story(*where)._text) for where in (_ENGLISH, _CHINESE)]
    assert told[0] == told[1]


_ENGLISH = ("README.md", "What you see first")
_CHINESE = ("README.zh-CN.md", "第一次打开")


def test_the_story_of_the_readme_happens(demo: Demo, browser: Browser) -> None:
    story = Story(*_ENGLISH)
    page_address, sent, *_ = (demo.here(address) for address in dict.fromkeys(story.addresses()))
    (command,) = story.commands()
    width, height = PHONE
    page = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()
    page.set_default_timeout(30_000)

    def tap(words: str) -> None:
        said = re.compile(re.escape(story.says(words)))
        page.get_by_role("button", name=said).or_(page.get_by_role("link", name=said)).first.click()

    def reads(words: str) -> None:
        expect(page.get_by_text(story.says(words)).first).to_be_visible(timeout=30_000)

    page.goto(page_address)
    tap("登录")
    tap("李建国")
    tap("核对")
    reads("我的报告")
    reads("1条处罚记录")
    reads("网上看得到")
    page.locator("article.record").click(position={"x": 40, "y": 30})
    reads("再等")
    tap_tab = page.locator(".tabs")
    page.go_back()
    tap_tab.get_by_text(story.says("小窗")).click()
    page.get_by_label("您的问题").fill(story.says("我有条处罚记录怎么弄掉"))
    page.keyboard.press("Enter")
    expect(page.locator(".by-bot .split-top").last).to_contain_text("天")
    tap("到那天提醒我")
    page.get_by_role("dialog").get_by_role("button", name=story.says("允许"), exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)

    before = len(httpx.get(sent).json()["sent"])
    printed = demo.run(command)
    assert "The demo's clock stands at" in printed
    end = time.monotonic() + 90
    while len(pushed := httpx.get(sent).json()["sent"]) <= before:
        assert time.monotonic() < end, "nothing was pushed"
        time.sleep(1)
    assert pushed[-1]["page"].startswith("pages/")

    tap_tab.get_by_text("我的").click()
    tap("消息")
    reads("有一项业务可以办理了")
    page.get_by_role("link", name=re.compile("有一项业务可以办理了")).first.click()
    tap("申请修复")
    page.get_by_role("button", name=re.compile("^下一步")).click()
    page.get_by_role("button", name="下一步：看一遍").click()
    page.locator("label.promise").click()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", name="修复申请已提交")).to_be_visible()


def test_a_code_is_printed_whatever_ports_the_demo_was_given(demo: Demo) -> None:
    assert re.fullmatch(r"\d{6}\n", demo.run(".venv/bin/python -m api.demo otp officer-dalian"))


def test_a_command_without_the_demo_says_so_in_a_line(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("CW_", "MONGODB_URI"))}
    done = subprocess.run(
        [sys.executable, "-m", "api.demo", "otp", "officer-dalian"], cwd=tmp_path, capture_output=True, text=True,
        env={**environ, "CW_DATABASE_PORT": str(free_port())}, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0, done.stderr
    assert "make run" in done.stderr
