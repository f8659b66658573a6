"""Where a statement comes from and how sure it is."""

from enum import StrEnum
from functools import cache, lru_cache

from msgspec import Struct

from knowledge.packaged import DATA, Faults, read_table

_DIGITS = "零一二三四五六七八九"
_PLACES = ("千", "百", "十", "")


class Certainty(StrEnum):
    """How a value is known; everything but the first two is shown as not verified wherever it surfaces."""

    SEED = "seed"  # stands in the packaged text of a regulation
    SEEN = "seen"  # read in a public source
    FRAG = "frag"  # authentic phrase, its place and digits lost
    DRAFT = "draft"  # only in a consultation draft
    INFER = "infer"  # deduced
    RECALL = "recall"  # from memory

    @property
    def is_verified(self) -> bool:
        return self in (Certainty.SEED, Certainty.SEEN)

    @property
    def label(self) -> str:
        """How it is told to a resident."""
        return _CERTAINTY_LABELS[self]


_CERTAINTY_LABELS = {
    Certainty.SEED: "条例原文",
    Certainty.SEEN: "已见公开来源",
    Certainty.FRAG: "仅见片段，未核实",
    Certainty.DRAFT: "仅见征求意见稿，未核实",
    Certainty.INFER: "推断，未核实",
    Certainty.RECALL: "未核实",
}


class Citation(Struct, frozen=True, forbid_unknown_fields=True):
    """An instrument and, where known, the place in it. A quote is verbatim from the packaged text."""

    regulation: str
    article: int | None = None
    paragraph: int | None = None
    item: int | None = None
    quote: str | None = None

    @property
    def label(self) -> str:
        """《大连市社会信用条例》第四十二条第一款, as far as the place is known."""
        return _label(self.regulation, self.article, self.paragraph, self.item)


@lru_cache(maxsize=1024)
def _label(regulation: str, article: int | None, paragraph: int | None, item: int | None) -> str:
    label = f"《{titles().get(regulation, regulation)}》"
    if article is not None:
        label += f"第{chinese_number(article)}条"
    if paragraph is not None:
        label += f"第{chinese_number(paragraph)}款"
    if item is not None:
        label += f"第（{chinese_number(item)}）项"
    return label


@cache
def titles() -> dict[str, str]:
    """Instrument id to its Chinese title. Read leniently: the loader reports what is wrong with the file."""
    files = (*sorted(DATA.glob("places/*/instruments.toml")), DATA / "instruments.toml")
    rows = [row for file in files for row in read_table(file, Faults()).get("instruments", [])]
    return {row["id"]: row["title"] for row in rows}


def chinese_number(number: int) -> str:
    """1 to 9999 as statutes write article numbers: 十, 四十二, 一百零一, 一千零二十九."""
    digits = str(number).zfill(len(_PLACES))
    if number < 1 or len(digits) > len(_PLACES):
        raise ValueError(f"no Chinese article number for {number}")
    written = ""
    for digit, place in zip(digits, _PLACES, strict=True):
        if digit != "0":
            written += _DIGITS[int(digit)] + place
        elif written and not written.endswith(_DIGITS[0]):
            written += _DIGITS[0]
    written = written.rstrip(_DIGITS[0])
    return written.removeprefix("一") if written.startswith("一十") else written
