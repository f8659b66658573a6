"""A PDF that an officer opens only shows: what acts, sends or carries something is gone; what cannot be read is refused."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from api.evidence.cleaning import Bench, clean
from api.evidence.errors import FileLocked, FileNotAccepted
from tests.support.pdfs import made, plain


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert('owned')"))


def on_opening(pdf: Pdf) -> None:
    pdf.Root.OpenAction = script()


def by_name(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("owned"), pdf.make_indirect(script())])))


def on_a_page(pdf: Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=script())


def launched_by_a_link(pdf: Pdf) -> None:
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.Launch, F=String("owned.exe"))
    )
    pdf.pages[0].Annots = Array([pdf.make_indirect(link)])


def after_another(pdf: Pdf) -> None:
    first = Dictionary(
        S=Name.GoTo, D=Array([0]), Next=pdf.make_indirect(Dictionary(S=Name.URI, URI=String("http://owned")))
    )
    pdf.Root.OpenAction = first
    pdf.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=first)])


def carried(pdf: Pdf) -> None:
    pdf.attachments["owned.exe"] = b"MZ owned"


def carried_by_a_note(pdf: Pdf) -> None:
    file = Dictionary(Type=Name.Filespec, F=String("owned.exe"), EF=Dictionary(F=pdf.make_stream(b"MZ owned")))
    pdf.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], FS=file)])


def sent_by_a_form(pdf: Pdf) -> None:
    field = Dictionary(FT=Name.Btn, T=String("x"), A=Dictionary(S=Name.SubmitForm, F=String("http://owned")))
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]), XFA=pdf.make_stream(b"<owned/>"))


@pytest.mark.parametrize(
    "harm",
    [on_opening, by_name, on_a_page, launched_by_a_link, after_another, carried, carried_by_a_note, sent_by_a_form],
)
async def test_what_acts_is_gone_and_the_page_stays(harm: Callable[[Pdf], None]) -> None:
    before = made(harm, content=b"% what the resident wants to show")
    kept = await clean("证明.pdf", before, Bench())
    with Pdf.open(io.BytesIO(kept.content)) as pdf:
        assert len(pdf.pages) == 1 and b"what the resident wants to show" in pdf.pages[0].Contents.read_bytes()
        everything = b"".join(
            one.read_bytes() if isinstance(one, pikepdf.Stream) else one.unparse(resolved=False) for one in pdf.objects
        )
    for mark in (b"owned", b"/JavaScript", b"/Launch", b"/SubmitForm", b"/EmbeddedFile", b"/URI", b"/XFA"):
        assert mark not in everything, mark


async def test_a_locked_document_is_refused_with_words_of_its_own() -> None:
    out = io.BytesIO()
    with Pdf.open(io.BytesIO(plain())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(FileLocked):
        await clean("证明.pdf", out.getvalue(), Bench())


async def test_a_document_locked_only_against_changes_is_taken_and_opened() -> None:
    out = io.BytesIO()
    with Pdf.open(io.BytesIO(plain())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user=""))
    kept = await clean("证明.pdf", out.getvalue(), Bench())
    with Pdf.open(io.BytesIO(kept.content)) as pdf:
        assert not pdf.is_encrypted


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4\n1 0 obj\n%%EOF",
        b"%PDF-1.4\n<script>alert(1)</script>\n%%EOF",
        plain()[:-8],
        b"%PDF-1.7\n" + b"[" * 20_000 + b"%%EOF",
    ],
)
async def test_what_only_begins_like_a_document_is_refused(content: bytes) -> None:
    with pytest.raises(FileNotAccepted):
        await clean("证明.pdf", content, Bench())


async def test_nesting_without_end_is_refused_and_not_followed() -> None:
    def deep(pdf: Pdf) -> None:
        inner: pikepdf.Object = Array([])
        for _ in range(200):
            inner = Array([inner])
        pdf.Root.Deep = inner

    with pytest.raises(FileNotAccepted):
        await clean("证明.pdf", made(deep), Bench())
