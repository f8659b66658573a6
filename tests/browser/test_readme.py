"""The story that both READMEs tell, walked as they tell it, with what a newcomer has: their words, taps, one terminal.

Every word that is tapped or looked for is first found in the story; the command and the addresses are taken from it.
"""

import json
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
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, screenshot_folder
from tests.browser.phone import lines_of
from tests.support.mongo import free_port

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(900)]

_ROOT = Path(__file__).parents[2]
_STARTS_WITHIN = 300
_ENGLISH = ("README.md", "What you see first")
_CHINESE = ("README.zh-CN.md", "第一次打开")

# Of the six residents of the demo: what the head of the report is called, which row says until when, and which what to do.
_RESIDENTS = (
    ("王秀兰", "没有处罚记录", "查到哪天", "下一步"),
    ("赵敏", "1条处罚记录", "网上看得到", "下一步"),
    ("杨志强", "被列入1份名单", "网上看得到", "先做什么"),
    ("孙磊", "2条处罚记录", "网上看得到", "下一步"),
)  # the heads of 李建国 and 陈静 are read where their stories begin: afterwards they are others

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

    def password(self, username: str) -> str:
        """As it was printed when the demo started."""
        found = re.search(rf"^ *{username} +(\S+)", (self.folder / "printed").read_text(), re.MULTILINE)
        assert found, "no password was printed"
        return found[1]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("newcomer"))
    yield demo
    demo.stop()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Demo]:
    demo = Demo(tmp_path)
    yield demo
    demo.stop()


def test_both_stories_say_the_same_words_in_the_same_order() -> None:
    told = [re.findall(r"`([^`]+)`", Story(*where)._text) for where in (_ENGLISH, _CHINESE)]
    assert told[0] == told[1]


def test_the_story_of_the_readme_happens(demo: Demo, browser: Browser) -> None:
    story = Story(*_ENGLISH)
    page_address, sent, desk_address, _ = (demo.here(address) for address in dict.fromkeys(story.addresses()))
    command, otp = story.commands()
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
    head_answers(page, "李建国", "1条处罚记录", "网上看得到", "下一步")
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
    expect(page.get_by_text("会提醒您")).to_be_visible()

    before = len(httpx.get(sent, timeout=30).json()["sent"])
    printed = demo.run(command)
    assert "The demo's clock stands at" in printed
    end = time.monotonic() + 90
    while len(pushed := httpx.get(sent, timeout=30).json()["sent"]) <= before:
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
    expect(page.get_by_text("您已经允许了")).to_be_visible()
    number = page.locator(".receipt-number code").inner_text()

    desk = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN").new_page()
    desk.set_default_timeout(30_000)
    officer = story.says("officer-dalian")
    desk.goto(desk_address)
    desk.get_by_label("用户名").fill(officer)
    desk.get_by_label("密码").fill(demo.password(officer))
    desk.get_by_label("动态口令").fill(demo.run(otp).strip())
    desk.get_by_role("button", name="登录").click()
    desk.get_by_role("link", name=re.compile(number)).first.click()
    for step in ("转送认定单位", "受理", "同意修复"):
        desk.get_by_role("button", name=re.compile(rf"(^|\s){story.says(step)}$")).first.click()
        dialog = desk.get_by_role("dialog")
        dialog.get_by_label(re.compile("办理理由")).fill("材料核对无误。")
        dialog.locator("button[type=submit]").click()
        expect(dialog).to_have_count(0)
    page.goto(f"{page_address}#/report")
    page.locator("main summary", has_text="已经停止公开的").click()
    reads("已修复，停止披露")

    end = time.monotonic() + 90
    while len(told := httpx.get(sent, timeout=30).json()["sent"]) <= len(pushed):
        assert time.monotonic() < end, "the result was promised and not pushed"
        time.sleep(1)
    assert "申请有结果了" in str(told[-1]["data"])
    page.goto(f"{page_address}#/notices")
    expect(page.get_by_role("link", name=re.compile("申请有结果了"))).to_contain_text("已推送到微信", timeout=30_000)


def head_answers(page: Page, name: str, stands: str, until: str, todo: str) -> None:
    """What stands there, until when, what to do: read without scrolling or tapping, in plain words."""
    head = page.locator("section.status").first
    expect(head.get_by_role("heading", level=1)).to_have_text(re.compile(stands))
    rows = dict(zip(head.locator("dt").all_inner_texts(), head.locator("dd").all_inner_texts(), strict=True))
    assert all(value.strip() for value in rows.values()), rows
    assert until in rows and todo in rows and "现在谁看得到" in rows, rows
    box = head.bounding_box()
    assert box is not None and box["y"] + box["height"] <= PHONE[1], "the whole head stands in the first screen"
    words = head.inner_text()
    assert not re.search(r"失信|披露|公示期|主体|undefined|null", words), words
    page.screenshot(path=str(screenshot_folder() / f"head-{name}.png"))


@pytest.mark.parametrize("resident", _RESIDENTS, ids=[one[0] for one in _RESIDENTS])
def test_the_head_of_each_residents_report_answers_in_its_first_screen(
    demo: Demo, browser: Browser, resident: tuple[str, str, str, str]
) -> None:
    name, *words = resident
    width, height = PHONE
    page = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{demo.here('http://127.0.0.1:8000/')}#/signin")
    page.get_by_role("button", name=name).click()
    expect(page.locator("#bar .bar-title")).to_have_text(re.compile("我的报告|核对身份"))
    if "identity" in page.url:
        page.get_by_role("button", name="核对", exact=True).click()
    head_answers(page, name, *words)
    if name == "孙磊":
        no_class_and_a_day_of_the_units_own(page)


def no_class_and_a_day_of_the_units_own(page: Page) -> None:
    """Report and record say the same of how long the web shows it."""
    row = page.locator(".status dd", has_text="最晚到")
    expect(row).to_contain_text("写了轻重可能更早")
    day = re.search(r"最晚到(\d+年\d+月\d+日)", row.inner_text())
    assert day is not None
    page.get_by_role("link", name="广告违法").click()
    expect(page.locator(".split-body")).to_contain_text(f"最晚到{day[1]}，写了轻重可能更早")
    page.locator("summary", has_text="两个期限怎么算的").click()
    periods = page.locator(".status-rows")
    expect(periods).to_contain_text(f"最晚到{day[1]}，写了轻重可能更早")
    expect(periods).to_contain_text("按国家规定还算不出。")
    expect(periods).not_to_contain_text("两个日子一致")
    page.locator("summary", has_text="记录原文和文号").click()
    assert len(lines_of(page.locator(".facts code").first)) == 1, "a unit's number is compared letter by letter"


def test_the_step_of_chen_jing_happens(demo: Demo, browser: Browser) -> None:
    story = Story(*_ENGLISH)
    width, height = PHONE
    page = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{demo.here(story.addresses()[0])}#/signin")
    page.get_by_role("button", name=story.says("陈静")).click()
    expect(page.locator("#bar .bar-title")).to_have_text(re.compile("我的报告|核对身份"))
    if "identity" in page.url:
        page.get_by_role("button", name="核对", exact=True).click()
    head_answers(page, "陈静", "1条处罚记录", "网上看得到", "下一步")
    page.locator("article.record").first.click(position={"x": 40, "y": 30})
    page.get_by_role("link", name=story.says("这条不对？提异议")).click()
    page.locator(".choice", has_text="信息有错误").first.click()
    page.get_by_role("button", name=re.compile("^下一步")).click()
    page.get_by_label("理由和经过").fill("罚款金额记错了，缴款书上是两千元。")
    page.get_by_role("button", name=re.compile("^下一步")).click()
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_role("heading", name="异议已收到")).to_be_visible()
    expect(page.locator("main ol").first).to_contain_text("最晚")
    page.goto(f"{demo.here(story.addresses()[0])}#/report")
    expect(page.locator("article.record").first).to_contain_text(story.says("异议处理中"))
    page.goto(f"{demo.here(story.addresses()[0])}#/do/withdrawal")
    page.locator("a.cell", has_text="捐").first.click()
    page.locator(".choice", has_text="我要撤销这条信息的公示").click()
    page.get_by_role("button", name=story.says("立即撤销公示")).click()
    expect(page.get_by_text("已撤销公示").first).to_be_visible()


def test_the_story_goes_on_in_the_phone_frame(fresh: Demo, browser: Browser) -> None:
    """From sign-in to the record behind the push: taps on the frame, and the one command of the story."""
    story = Story(*_ENGLISH)
    *_, frame = (fresh.here(address) for address in dict.fromkeys(story.addresses()))
    page = browser.new_context(viewport={"width": 1200, "height": 1000}, locale="zh-CN").new_page()
    page.set_default_timeout(30_000)
    page.goto(frame)
    person = page.locator("#who option", has_text="李建国").get_attribute("value")
    page.get_by_label(story.says("是谁")).select_option(person)
    inside = page.frame_locator("#stack > .native:not([hidden]) iframe")
    native = page.locator("#stack")
    inside.get_by_role("link", name=story.says("报告"), exact=True).click()
    inside.get_by_role("button", name=story.says("用微信登录")).click()
    expect(inside.get_by_label("姓名")).to_be_visible()
    page.get_by_role("button", name=story.says("替他填好身份")).click()
    inside.get_by_role("button", name=story.says("核对"), exact=True).click()
    inside.get_by_role("button", name=story.says("提醒我")).first.click()
    native.get_by_role("button", name=story.says("允许提醒")).click()
    page.get_by_role("dialog").get_by_role("button", name=story.says("允许"), exact=True).click()
    expect(inside.locator("article.record").get_by_text("会提醒您")).to_be_visible()
    expect(page.locator("#quotas")).to_contain_text("1次")
    command, _ = story.commands()
    fresh.run(command)
    push = page.locator("#push")
    expect(push).to_contain_text("有一项业务可以办理了", timeout=90_000)
    for secret in ("李建国", "失信", "处罚"):
        expect(push).not_to_contain_text(secret)
    page.screenshot(path=str(screenshot_folder() / "frame-push.png"))
    push.click()
    expect(
        inside.get_by_text("您有一条记录从").or_(inside.get_by_role("button", name="用微信登录")).first
    ).to_be_visible()
    if inside.get_by_role("button", name="用微信登录").count():
        inside.get_by_role("button", name="用微信登录").click()
    inside.get_by_role("link", name=story.says("看这条记录")).click()
    expect(inside.get_by_role("link", name=story.says("申请修复")).first).to_be_visible()
    page.screenshot(path=str(screenshot_folder() / "frame-record.png"))


def test_the_terminal_names_everybody_whom_the_page_offers(demo: Demo) -> None:
    printed, offered = (
        (demo.folder / "printed").read_text(),
        json.loads((demo.folder / ".data/residents.json").read_text()),
    )
    assert len(offered) > 6
    for person in offered:
        assert re.search(rf"{person['code']} +{person['name']}  {person['number']}", printed), person


def test_whoever_was_added_signs_in_though_the_clock_was_moved(demo: Demo) -> None:
    """The demo was given other ports, which no command is told."""
    ours = ".venv/bin/python -m api.demo"
    assert re.fullmatch(r"\d{6}\n", demo.run(f"{ours} otp officer-dalian"))
    demo.run(f"{ours} later 10")
    who = "clerk1 --name 林芳 --role clerk --provider demo_dalian_market --jurisdiction dalian"
    code = demo.run(f"{ours} api staff add {who}").strip()
    chosen = {"username": "clerk1", "password": "海边的灯塔照着归来的船和人"}
    base = demo.here("http://127.0.0.1:8000/api/v1/staff")
    for path, proof in (("activation", {"code": code}), ("session", {})):
        otp = {"otp": demo.run(f"{ours} otp clerk1").strip()} if path == "session" else {}
        answer = httpx.post(f"{base}/{path}", json={**chosen, **proof, **otp}, timeout=60)
        assert answer.is_success, answer.text


def test_a_command_without_the_demo_says_so_in_a_line(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("CW_", "MONGODB_URI"))}
    done = subprocess.run(
        [sys.executable, "-m", "api.demo", "otp", "officer-dalian"], cwd=tmp_path, capture_output=True, text=True,
        env={**environ, "CW_DATABASE_PORT": str(free_port())}, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0, done.stderr
    assert "make run" in done.stderr
