"""Re-encodes a picture, so that its file contains nothing but what is seen."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from api.evidence.errors import FileNotAccepted, FileTooLarge

MAX_PIXELS = {
    "JPEG": 89_000_000,
    "PNG": 20_000_000,
}  # a large JPEG is decoded at half or a quarter of its size, but a progressive one is held whole, packed
Image.MAX_IMAGE_PIXELS = None  # ours are smaller, and a warning of Pillow's refuses nothing
_LEGIBLE = 12_000_000  # enough pixels for every letter on a sheet


def redraw(kind: str, content: bytes) -> bytes:
    """`kind` is Pillow's name of the format. Raises FileTooLarge, FileNotAccepted."""
    try:
        with Image.open(io.BytesIO(content), formats=(kind,)) as picture:
            if picture.width * picture.height > MAX_PIXELS[kind]:
                raise FileTooLarge("图片的像素太多。")
            _read_small(picture)
            upright: Image.Image = picture
            ImageOps.exif_transpose(upright, in_place=True)
            mode = "RGB" if kind == "JPEG" else _png_mode(upright.mode)
            plain = upright if upright.mode == mode else upright.convert(mode)
            plain.info.clear()  # metadata: where, when and with what it was taken
            out = io.BytesIO()
            plain.save(out, kind, quality=88) if kind == "JPEG" else plain.save(out, kind)
            return out.getvalue()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Warning) as fault:
        raise FileNotAccepted from fault


def _read_small(picture: Image.Image) -> None:
    """Reads a large JPEG at a half, a quarter or an eighth of its size, to save memory."""
    pixels = picture.width * picture.height
    if pixels > _LEGIBLE:
        share = (_LEGIBLE / pixels) ** 0.5
        picture.draft("RGB", (int(picture.width * share), int(picture.height * share)))


def _png_mode(mode: str) -> str:
    return mode if mode in ("1", "L", "LA", "RGB", "RGBA") else "RGBA"
