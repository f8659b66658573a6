"""Articles asked for by number: 云南38条, 第三十六条, 大连条例41条."""

import re

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
NUMBER = r"([0-9]{1,4}|[零〇一二两三四五六七八九十百]{1,6})"
NUMBERED = re.compile(rf"(?<![修撤改删消])第\s*{NUMBER}\s*条(?!处罚|记录|信息|失信)")
BARE = re.compile(
    rf"^(?:.{{0,12}}(?:条例|法规|办法|规定)|[^0-9零〇一二两三四五六七八九十百]{{0,4}})?\s*{NUMBER}\s*条(?:.{{0,8}})$"
)
CHAPTER = re.compile(rf"第\s*{NUMBER}\s*章")


def number(written: str) -> int:
    """Chinese numerals up to 999 or digits, as an integer."""
    if written.isdigit() and written.isascii():
        return int(written)
    total, digit = 0, 0
    for char in written:
        if char == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif char == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = DIGITS[char]
    return total + digit


def articles(text: str, has_place: bool) -> tuple[int, ...]:
    """The article numbers that are asked for. Without 第 a number counts only if the text is short and has nothing else,
    so that 一条处罚 is not taken for Article 1.
    """
    if "条" not in text:
        return ()
    found = [number(match[1]) for match in NUMBERED.finditer(text)]
    if not found:
        bare = BARE.match(text.strip())
        if bare and (bare[1].isdigit() or len(bare[1]) > 1 or (has_place and "条例" in text)):
            found = [number(bare[1])]
    return tuple(dict.fromkeys(found))


def chapter(text: str) -> int | None:
    """The chapter that is asked for, if any."""
    found = CHAPTER.search(text) if "章" in text else None
    return number(found[1]) if found else None
