"""The page's files as they are served."""

import gzip
import posixpath
import re
from pathlib import Path

import pytest

from api.errands import ERRANDS
from api.infra.errors import Refusal
from api.infra.mongo import Database
from api.notices.texts import load_texts, texts_of
from api.web import assets
from api.web.assets import load_assets
from knowledge.places import places
from tests.support.api import Api, open_api
from tests.support.world import FixedClock

ROOT = "http://testserver.local"
_GENERIC = (
    "js/cases.js",
    "js/underway.js",
    "js/screens/cases.js",
    "js/screens/affairs.js",
    "js/screens/chat.js",
)


async def test_the_page_names_its_build_and_every_file_it_loads_is_there(api: Api) -> None:
    page = (await api.anyone.get(f"{ROOT}/")).text
    wanted = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(wanted) > 5
    for address in wanted:
        answer = await api.anyone.get(ROOT + address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["cache-control"]


async def test_a_mistyped_address_leads_on_in_a_browser_and_is_a_problem_to_a_program(api: Api) -> None:
    for address in ("/destk", "/unit/records", "/desk.html"):
        page = await api.anyone.get(ROOT + address, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        assert page.status_code == 404 and page.headers["content-type"].startswith("text/html"), address
        assert "没有这个页面" in page.text
        assert set(re.findall(r'<a [^>]*href="([^"]+)"', page.text)) == {"/", "/unit", "/desk"}
        assert (await api.anyone.get(ROOT + address)).json()["code"] == "not-found"
    html = {"Accept": "text/html"}
    assert (await api.anyone.get("/nothing", headers=html)).json()["code"] == "not-found"
    assert (await api.anyone.get(f"{ROOT}/static/none/none.js", headers=html)).json()["code"] == "not-found"


def test_every_import_of_every_module_is_there() -> None:
    files = load_assets().files
    for path, asset in files.items():
        for source in re.findall(r'(?:from |import\(|import )"(\.[^"]+)"', asset.written.decode()):
            assert posixpath.normpath(posixpath.join(posixpath.dirname(path), source)) in files, (
                f"{path} imports {source}"
            )


def test_every_colour_and_size_that_a_style_names_is_set_somewhere() -> None:
    styles = [asset.written.decode() for path, asset in load_assets().files.items() if path.endswith(".css")]
    set_somewhere = {name for text in styles for name in re.findall(r"(--[\w-]+):", text)}
    assert {name for text in styles for name in re.findall(r"var\((--[\w-]+)\)", text)} <= set_somewhere


def test_every_name_that_a_module_imports_is_exported_there_and_used() -> None:
    texts = {path: asset.written.decode() for path, asset in load_assets().files.items() if path.endswith(".js")}
    for path, text in texts.items():
        for names, source in re.findall(r'import \{([^}]*)\} from "([^"]+)"', text):
            target = texts[posixpath.normpath(posixpath.join(posixpath.dirname(path), source))]
            for part in filter(None, (part.strip() for part in names.split(","))):
                name, _, alias = part.partition(" as ")
                used = re.escape(alias or name)
                assert re.search(rf"export (?:async )?(?:const|let|class|function) {re.escape(name)}(?!\w)", target), (
                    path,
                    name,
                )
                assert len(re.findall(rf"(?:(?<![\w.])|(?<=\.\.\.)){used}(?!\w)", text)) > 1, (
                    f"{path} imports {name} for nothing"
                )


def test_every_name_that_a_module_exports_is_used_by_another() -> None:
    texts = {path: asset.plain.decode() for path, asset in load_assets().files.items() if path.endswith(".js")}
    for path, text in texts.items():
        if path.startswith("vendor/"):
            continue
        for name in re.findall(r"export (?:async )?(?:const|let|class|function) (\w+)", text):
            others = (other for at, other in texts.items() if at != path)
            assert any(re.search(rf"(?<!\w){name}(?!\w)", other) for other in others), f"{path} exports {name}"


async def test_each_page_asks_for_the_shared_styles_once_and_no_comment_of_ours_is_sent(api: Api) -> None:
    files = load_assets().files
    for page in ("/", "/desk", "/unit", "/figures"):
        styles = re.findall(r'href="/static/\w+/(css/[^"]+)"', (await api.anyone.get(ROOT + page)).text)
        assert styles[0] == "css/page.css"
        assert set(styles) <= files.keys()
    shared = files["css/page.css"].plain.decode()
    assert shared.index(":root") < shared.index(".bar") < shared.index(".paper")
    assert not any(b"/*" in asset.plain for path, asset in files.items() if path.endswith(".css"))


def test_every_form_that_may_be_asked_for_has_its_file_and_every_errand_that_is_followed_its_form() -> None:
    texts = {path: asset.plain.decode() for path, asset in load_assets().files.items() if path.startswith("js/")}
    named = re.search(r"FLOWS=new Set\(\[([^\]]*)\]", texts["js/screens/doing.js"])
    assert named is not None
    forms = set(re.findall(r'"(\w+)"', named[1]))
    written = {
        path.removeprefix("js/flows/").removesuffix(".js")
        for path, text in texts.items()
        if path.startswith("js/flows/") and "export const flow" in text
    }
    assert forms == written
    followed = {errand.flow for errand in ERRANDS.values() if errand.begun}
    assert followed - forms == {"listing"}, "a listing is begun by a unit"


def test_the_page_repeats_no_name_of_an_errand_that_the_server_declares() -> None:
    texts = {path: asset.plain.decode() for path, asset in load_assets().files.items() if path.startswith("js/")}
    shared = {path: text for path, text in texts.items() if path in _GENERIC}
    assert len(shared) == len(_GENERIC)
    for path, text in shared.items():
        for errand in ERRANDS.values():
            if errand.begun:
                assert f'"{errand.prefix}"' not in text and f"{errand.prefix}:" not in text, (path, errand.prefix)
                assert errand.begun not in text, (path, errand.begun)


async def test_wechats_check_file_is_answered_at_the_root_and_nothing_else_is(
    database: Database, clock: FixedClock
) -> None:
    async with open_api(database, clock, CW_WECHAT_CHECK_FILE="MP_verify_a1B2.txt:a1B2c3D4") as api:
        answer = await api.anyone.get(f"{ROOT}/MP_verify_a1B2.txt")
        assert (answer.status_code, answer.text) == (200, "a1B2c3D4")
        assert answer.headers["content-type"].startswith("text/plain")
        assert (await api.anyone.get(f"{ROOT}/MP_verify_other.txt")).status_code == 404


async def test_without_a_check_file_there_is_none(api: Api) -> None:
    assert (await api.anyone.get(f"{ROOT}/MP_verify_a1B2.txt")).status_code == 404


async def test_a_page_that_did_not_change_is_not_sent_again(api: Api) -> None:
    first = await api.anyone.get(f"{ROOT}/")
    again = await api.anyone.get(f"{ROOT}/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


async def test_a_browser_that_takes_gzip_gets_the_same_bytes_smaller(api: Api) -> None:
    plain = await api.anyone.get(f"{ROOT}/desk", headers={"Accept-Encoding": "identity"})
    packed = await api.anyone.get(f"{ROOT}/desk", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content)


async def test_a_file_of_another_build_is_not_there_so_that_a_stale_page_knows(api: Api) -> None:
    assert (await api.anyone.get(f"{ROOT}/static/0123456789abcdef/js/main.js")).status_code == 404
    build = load_assets().build
    assert (await api.anyone.get(f"{ROOT}/static/{build}/js/../../../pyproject.toml")).status_code == 404


async def test_the_service_worker_keeps_the_residents_page_and_not_the_desk(api: Api) -> None:
    script = (await api.anyone.get(f"{ROOT}/worker.js")).text
    kept = re.findall(r'"(/static/[^"]+)"', script)
    assert any(path.endswith("js/screens/report.js") for path in kept)
    assert not any("/desk" in path for path in kept)
    for path in kept:
        assert (await api.anyone.get(ROOT + path)).status_code == 200


def test_the_whole_resident_page_with_every_screen_stays_small() -> None:
    # the pages of officers, units and developers, the public figures, and what stands at a mistyped address
    others = ("desk", "unit", "docs", "figures", "missing")
    files = {path: asset for path, asset in load_assets().files.items() if not any(name in path for name in others)}
    assert sum(len(asset.gzipped) for asset in files.values()) <= 120 * 1024
    for asset in files.values():
        assert gzip.decompress(asset.gzipped) == asset.plain


def test_a_script_is_sent_with_every_word_of_its_own_and_fewer_blanks() -> None:
    root = Path(assets.__file__).parent / "static"
    between = re.compile(rb"[\s,;]")
    for path, asset in load_assets().files.items():
        if not path.startswith("js/") or path in ("js/served.js", "js/worker.js"):  # which the server fills in
            continue
        lines = [line.strip() for line in (root / path).read_bytes().splitlines()]
        written = b"\n".join(assets._SCRIPT_COMMENT.sub(b"", line) for line in lines if not line.startswith(b"//"))
        assert between.sub(b"", asset.plain) == between.sub(b"", written), path
        for quoted in (rb'"[^"\n]*"', rb"`[^`\n]*`"):
            assert re.findall(quoted, asset.plain) == re.findall(quoted, written), path


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        (b'a = `${b ? `c = ${d}` : "e = f"} = g`;', b'a=`${b ? `c = ${d}` : "e = f"} = g`;'),
        (b'a = /[ "=] = \\/ /.test(b) ? 1 : 2;', b'a=/[ "=] = \\/ /.test(b)?1:2;'),
        (b"a = b - -c + d / 2;", b"a=b - -c+d/2;"),
        (b'return "a = b" in c;', b'return"a = b"in c;'),
        (b"a = `b = ${c;", b"a = `b = ${c;"),
    ],
)
def test_a_script_keeps_the_blanks_that_mean_something(written: bytes, sent: bytes) -> None:
    assert assets._squeezed(written) == sent


def test_no_text_runs_over_lines_so_that_indentation_means_nothing() -> None:
    """The files are sent without it: a text in backticks that went over a line would be sent otherwise than written."""
    for path in (Path(assets.__file__).parent / "static" / "js").rglob("*.js"):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            assert line.count("`") % 2 == 0, (path, number, line)


def test_the_page_knows_the_places_and_a_change_of_them_is_another_build(monkeypatch: pytest.MonkeyPatch) -> None:
    served = load_assets().files["js/served.js"].plain.decode()
    for one in places():
        assert f'"id":"{one.id}","name":"{one.name}"' in served
    monkeypatch.setattr(assets, "_places", lambda: b"[]")
    assert load_assets.__wrapped__().build != load_assets().build


def test_no_screen_writes_markup_from_text_or_styles_in_attributes() -> None:
    for path, asset in load_assets().files.items():
        if path.startswith("vendor/"):  # WeChat's own script: the content policy lets it reach nobody
            continue
        text = asset.plain.decode()
        assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(", text), path
        assert "http://" not in text.replace("http://www.w3.org/", ""), path
        assert "https://" not in text, path


def links_of_flows() -> set[str]:
    page = load_assets().files["js/ui.js"].written.decode()
    return set(re.findall(r"^ +(\w+):", page.split("FLOW_LINKS = {")[1].split("}")[0], re.MULTILINE))


def test_every_next_step_that_a_resident_is_refused_with_has_its_button_on_the_page() -> None:
    """Who objected twice was sent to 我的异议, without a way there."""
    elsewhere = {"step-up", "correction", "window"}  # a sheet that asks, the queue, the place itself
    flows, left = set[str](), list(Refusal.__subclasses__())
    while left:
        left += (one := left.pop()).__subclasses__()
        if one.default_flow is not None or "“我的" in one.default_step:
            flows.add(one.default_flow or f"{one.code} leads nowhere")
    for source in Path(assets.__file__).parents[1].rglob("*.py"):
        flows |= set(re.findall(r'flow="([\w-]+)"', source.read_text()))
    assert not flows - links_of_flows() - elsewhere


def test_every_notice_of_what_is_no_case_leads_somewhere() -> None:
    """That the window acts for somebody, told to them, led nowhere."""
    texts = load_texts() | {kind: text for one in ERRANDS.values() for kind, text in texts_of(one.texts).items()}
    followed = {one.name for one in ERRANDS.values() if one.begun}
    flows = {text.flow for kind, text in texts.items() if kind.partition(".")[0] not in followed and text.flow}
    assert flows and not flows - links_of_flows()
