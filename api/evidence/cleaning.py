"""Looking at a file before it is kept: what it is by its content, and pictures drawn anew without what they carry along."""

import asyncio
import io
import unicodedata
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from api.evidence.errors import FileNotAccepted, FileTooLarge, TooManyPictures
from api.evidence.models import Clean

MAX_BYTES = 8_000_000
MAX_PIXELS = 40_000_000
AT_ONCE = 2
WAIT_SECONDS = 8.0
_RETRY_SECONDS = 5
_MAX_NAME = 80
_KINDS = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"))
_PDF_START, _PDF_END = b"%PDF-", b"%%EOF"
_PDF_TAIL = 2048  # readers look for the end mark in the last part of the file


class Easel:
    """Where pictures are drawn: so many at once, since each may take half a gigabyte while it is drawn.

    One for each process, used on one loop.
    """

    def __init__(self, at_once: int = AT_ONCE, wait_seconds: float = WAIT_SECONDS) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._wait_seconds = wait_seconds

    async def draw(self, content: bytes, kind: str) -> bytes:
        """In a thread. Raises TooManyPictures when no place comes free in time, FileTooLarge, FileNotAccepted."""
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._places.acquire()
        except TimeoutError:
            raise TooManyPictures(retry_after_seconds=_RETRY_SECONDS) from None
        drawing = asyncio.ensure_future(asyncio.to_thread(_redraw, content, kind))
        drawing.add_done_callback(self._leave)
        return await asyncio.shield(drawing)  # who goes away leaves the thread at work, and its place taken

    def _leave(self, drawing: "asyncio.Future[bytes]") -> None:
        self._places.release()
        drawing.exception()  # looked at also where nobody waits for it any more


async def clean(filename: str, content: bytes, easel: Easel) -> Clean:
    """Raises FileTooLarge, FileNotAccepted, TooManyPictures."""
    if len(content) > MAX_BYTES:
        raise FileTooLarge
    name = _name(filename)
    if content.startswith(_PDF_START):
        if _PDF_END not in content[-_PDF_TAIL:]:
            raise FileNotAccepted
        return Clean(filename=name, media_type="application/pdf", content=content)
    kind = next((kind for magic, kind in _KINDS if content.startswith(magic)), None)
    if kind is None:
        raise FileNotAccepted
    drawn = await easel.draw(content, kind)
    if len(drawn) > MAX_BYTES:
        raise FileTooLarge
    return Clean(filename=name, media_type=f"image/{kind.lower()}", content=drawn)


def _name(filename: str) -> str:
    """The last part of the name, printable and short."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(c for c in unicodedata.normalize("NFC", last) if c.isprintable() and c not in '"<>:|?*')
    return printable[-_MAX_NAME:].strip(". ") or "材料"


def _redraw(content: bytes, kind: str) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow warns of a bomb before it opens one
            with Image.open(io.BytesIO(content), formats=(kind,)) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise FileTooLarge("图片的像素太多。")
                upright = ImageOps.exif_transpose(picture)
                plain = upright.convert("RGB" if kind == "JPEG" else _png_mode(upright.mode))
                out = io.BytesIO()
                fresh = Image.new(plain.mode, plain.size)
                fresh.paste(plain)
                fresh.save(out, kind, quality=88) if kind == "JPEG" else fresh.save(out, kind)
                return out.getvalue()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError) as fault:
        raise FileNotAccepted from fault


def _png_mode(mode: str) -> str:
    return mode if mode in ("1", "L", "LA", "RGB", "RGBA") else "RGBA"
