"""Reads one cell, however it was typed or exported: days, numbers and names, which share their cleaning with the amounts.

Raises Misread, which says how to mend it and never repeats the value.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

from api.records.files.grid import UNCALCULATED
from knowledge.identity import looks_like_resident_id

OPEN_END = "长期"
"""How "no end" is stored. A date in 2099 or later means the same."""

_NOTHING = frozenset(
    ("", "/", "//", "／", "\\", "-", "--", "---", "—", "——", "———", "－", "–", "无", "无。", "没有", "空", "暂无", "不适用", "null", "NULL", "Null", "none", "None", "N/A", "n/a", "NA", "nan", "NaN", "（无）", "(无)", "（空）", "(空)", "\\N", "(null)", "<null>", "[NULL]", "(NULL)", "<NULL>", "undefined", "NaT", "\u3000")
)  # fmt: skip
_BROKEN = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!"))
_HASHES = re.compile(r"#{3,}")
_FORMULA_TEXT = re.compile(r'=\s*"([^"]*)"')
_INVISIBLE = dict.fromkeys(
    (
        *map(
            ord,
            "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
        ),
        *(code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"),
    )
)
_DITTO = frozenset(
    ("同上", "同前", "同左", "同上行", "同上一行", "〃", "″", "〞", '"', "''", "“", "”", "……", "...", "……同上")
)
LONGEST_DITTO = 6
"""Characters; a longer cell is none of those."""
_FORCING = "'‘’`\t"
KEPT_TEXTS, LONGEST_KEPT = 500, 200  # distinct texts of a column, and the characters of one

_SHANGHAI = timezone(timedelta(hours=8))
_TIME = r"(?:[ T]*(?:[上下]午)?\d{1,2}[:时点]\d{1,2}(?:[:分]\d{1,2}(?:\.\d{1,9})?)?[秒分]?(?: ?[+]0?8:?00)?)?"
_DATE = re.compile(r"(\d{4})[-/.年,](\d{1,2})[-/.月,](\d{1,2})日?" + _TIME, re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[ T]?\d{2}:?\d{2}(?::?\d{2})?)?", re.ASCII)
_ZONED = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})", re.ASCII)
_ENGLISH = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3})[A-Za-z]*[- ,]+(\d{4})", re.ASCII)
_JAVA = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) \d{2}:\d{2}:\d{2} [A-Z]{3,4} (\d{4})", re.ASCII)
_CHINESE = re.compile(
    r"([〇零○一二三四五六七八九]{4}|\d{4})年([一二三四五六七八九十]{1,3}|\d{1,2})月([一二三四五六七八九十]{1,3}|\d{1,2})日?"
)
_CAPITALS = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾零○", "一二二三三四五六六七八九十〇〇")
_NUMERALS = "〇一二三四五六七八九"
_ROUND_UNITS = re.compile(r" ?([年月日号]) ?")
_WEEKDAY = re.compile(r"[ (]*(?:星期|周|礼拜)[一二三四五六日天][ )]*")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_EPOCH = re.compile(r"\d{10}|\d{13}", re.ASCII)
_TWO_DIGIT_YEAR = re.compile(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,4}日?" + _TIME, re.ASCII)
_NO_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}月?|\d{4}年?", re.ASCII)
_FIRST_DAY, _FIRST_SERIAL, _LAST_SERIAL = date(1899, 12, 30), 18264, 80000  # 1950 to 2119
_EPOCHS = (datetime(1990, 1, 1, tzinfo=UTC).timestamp(), datetime(2100, 1, 1, tzinfo=UTC).timestamp())
_OPEN_WORDS = frozenset(
    ("长期", "长期有效", "永久", "永久有效", "无固定期限", "无期限", "无限期", "终身", "终身有效", "长年", "无期", "无截止日期")
)  # fmt: skip
_OPEN_YEAR = 2099

SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}", re.ASCII)
_EXACT_DIGITS = 15
_ROUNDED = re.compile(r"\d{15}000", re.ASCII)
_OLD_NUMBER = re.compile(r"\d{15}", re.ASCII)
_ACT = re.compile(r"[\u4e00-\u9fff]+〔[0-9]{4}〕[\u4e00-\u9fff]*[0-9]+号")
"""A document's number that is in its one form already, as most are."""
_YEAR_BRACKETS = re.compile(r"\((\d{4})年?\)", re.ASCII)
_DASHES = str.maketrans("－—–‐‑−﹣", "-" * 7)
_OF_ACTS = {
    **str.maketrans("（［【〔﹝〖「『｛〈《＜⟨⦗❲{<[", "(" * 18),
    **str.maketrans("）］】〕﹞〗」』｝〉》＞⟩⦘❳}>]", ")" * 18),
    **_DASHES,
}
_ROUND = str.maketrans("()", "（）")


class Misread(Exception):
    """A cell without a valid value for its column. `cure` says what to write instead."""

    def __init__(self, column: str, reason: str, code: str, cure: str) -> None:
        super().__init__(code)
        self.column = column
        self.reason = reason
        self.code = code
        self.cure = cure


def plain(written: str) -> str:
    """A cell's text without what spreadsheets and exports put round it to force text; empty where it says "nothing"."""
    text = written.strip()
    if text in _NOTHING:
        return ""
    if text.isalnum():  # nothing but letters and digits
        return text
    if text[0] == "=" and (found := _FORMULA_TEXT.fullmatch(text)):
        text = found[1]
    elif text[0] in _FORCING:
        text = text.lstrip(_FORCING)
    if text.endswith(("`", "\t")):
        text = text.rstrip("`\t")
    if not text.isprintable():
        text = text.translate(_INVISIBLE)
    text = text.strip()
    return "" if text in _NOTHING else text


def broken(text: str) -> str | None:
    """Excel's error value in words, such as for #REF!; None if the cell has none."""
    if not text.startswith("#"):
        return None
    if text == UNCALCULATED:
        return "这一格是公式，文件里没有算出来的结果。"
    if text in _BROKEN:
        return "这一格是出错的公式。"
    if _HASHES.fullmatch(text):
        return "这一格只有 #，是列太窄时另存出来的。"
    return None


def narrow(text: str) -> str:
    """Half-width digits, letters and signs, without spaces: for numbers, codes and dates."""
    return text if text.isascii() and " " not in text else "".join(unicodedata.normalize("NFKC", text).split())


def day(column: str, written: str) -> date:
    return _day(column, written)


@lru_cache(maxsize=16_384)
def _day(column: str, written: str) -> date:
    text = " ".join(unicodedata.normalize("NFKC", written).translate(_DASHES).split()).strip(";,。")
    if not text.isascii():
        text = _ROUND_UNITS.sub(r"\1", _WEEKDAY.sub(" ", text).strip()).replace("号", "日")
    if found := _DATE.fullmatch(text) or _COMPACT.fullmatch(text):
        return _real(column, int(found[1]), int(found[2]), int(found[3]))
    if _ZONED.fullmatch(text):
        try:
            return datetime.fromisoformat(text).astimezone(_SHANGHAI).date()
        except (ValueError, OverflowError):
            raise _no_such_day(column) from None
    if (found := _SERIAL.fullmatch(text)) and _FIRST_SERIAL <= int(found[1]) <= _LAST_SERIAL:
        return _FIRST_DAY + timedelta(days=int(found[1]))
    if _EPOCH.fullmatch(text):
        seconds = int(text) / (1000 if len(text) > 10 else 1)
        if _EPOCHS[0] <= seconds < _EPOCHS[1]:
            return datetime.fromtimestamp(seconds, _SHANGHAI).date()
    if (found := _ENGLISH.fullmatch(text)) and (month := _MONTHS.get(found[2].lower())):
        return _real(column, int(found[3]), month, int(found[1]))
    if (found := _JAVA.fullmatch(text)) and (month := _MONTHS.get(found[1].lower())):
        return _real(column, int(found[3]), month, int(found[2]))
    if found := _CHINESE.fullmatch(text.replace(" ", "").translate(_CAPITALS)):
        year = "".join(one if one.isdigit() else str(_NUMERALS.index(one)) for one in found[1])
        return _real(column, int(year), _small(found[2]), _small(found[3]))
    raise Misread(column, _why_no_date(text), "bad-date", "写成 2026-01-31 的样子。")


def is_serial(written: str) -> bool:
    """Whether it is a date serial: a bare number of days whose origin only the workbook knows."""
    return bool(_SERIAL.fullmatch(narrow(written)))


def _why_no_date(text: str) -> str:
    if _NO_DAY.fullmatch(text):
        return "没有写到哪一天。"
    if _TWO_DIGIT_YEAR.fullmatch(text):
        return "年份要写四位，写在前面；这样看不出哪个是年、月、日。"
    return "不是日期，请写成 2026-01-31 的形式。"


def _small(written: str) -> int:
    if written.isascii():
        return int(written)
    if "十" not in written:
        return int("".join(str(_NUMERALS.index(one)) for one in written))
    tens, _, ones = written.partition("十")
    return (_NUMERALS.index(tens[0]) if tens else 1) * 10 + (_NUMERALS.index(ones[0]) if ones else 0)


def _real(column: str, year: int, month: int, of_month: int) -> date:
    try:
        return date(year, month, of_month)
    except ValueError:
        raise _no_such_day(column) from None


def _no_such_day(column: str) -> Misread:
    return Misread(column, "没有这一天，请核对。", "bad-date", "对照文书改成真实的日期，写成 2026-01-31 的样子。")


def until(column: str, written: str) -> str:
    """A date as ISO text, or OPEN_END."""
    if narrow(written).strip("。") in _OPEN_WORDS:
        return OPEN_END
    try:
        on = _day(column, written)
    except Misread as misread:
        cure = f"{misread.cure}写了多长的（如一年），填算出来的最后一天；没有截止的写“长期”。"
        raise Misread(column, misread.reason, misread.code, cure) from None
    return OPEN_END if on.year >= _OPEN_YEAR else on.isoformat()


def number(column: str, written: str, *, is_text: bool) -> str:
    """A document's number. `is_text`: Excel cannot have rounded it, because the cell is stored as text, or because the number is
    valid and no other number in the file was rounded.
    """
    text = narrow(written).upper().replace("’", "").replace("‘", "")
    if SCIENTIFIC.fullmatch(text):
        reason = "Excel 把号码变成了科学计数法，原来的号码已经丢了。"
        raise Misread(column, reason, "number-scientific", "先把这一列设成文本格式，再按原件重新填写号码。")
    if text.endswith(".0") and text[:-2].isdigit():
        text = text[:-2]
    if not is_text and _ROUNDED.fullmatch(text):
        reason = "号码最后三位都是 0，是 Excel 把长数字后面的位数变成了 0。"
        cure = "先把这一列设成文本格式，再按原件重新填写号码；号码确实以 000 结尾的，请用 xlsx 的文本格式报。"
        raise Misread(column, reason, "number-rounded", cure)
    return text


def may_be_rounded(cell: str) -> bool:
    """False of a cell, as it is in the file, whose number certainly is not: of nearly every one."""
    return not (cell.isascii() and cell.isalnum()) or "000" in cell or "E" in cell or "e" in cell


def is_rounded(written: str) -> bool:
    """Whether Excel has certainly changed a number: it has an exponent, or was rounded to one that cannot exist."""
    text = narrow(written)
    return bool(SCIENTIFIC.fullmatch(text)) or (bool(_ROUNDED.fullmatch(text)) and not looks_like_resident_id(text))


def is_sound(written: str) -> bool:
    """Whether Excel cannot have rounded a number: it does not end in zeros, or is valid."""
    text = narrow(written)
    return (text.isalnum() and not text.endswith("000")) or looks_like_resident_id(text)


def is_old_number(written: str) -> bool:
    return bool(_OLD_NUMBER.fullmatch(written))


def act_number(written: str) -> str:
    """A document number in one form: without spaces, its year in 〔〕, other brackets （）, one kind of dash.

    大交罚(2024)1401号, 大交罚[2024]1401号 and 大交罚【２０２４】 1401 号 are one number.
    """
    if _ACT.fullmatch(written):
        return written
    text = "".join(unicodedata.normalize("NFKC", written).translate(_OF_ACTS).split())
    return _YEAR_BRACKETS.sub(_in_year_brackets, text).translate(_ROUND)


def damaged_act(written: str, *, is_text: bool) -> str | None:
    """The damage Excel did to a document's number, in words; None if there is none."""
    if written.endswith("号"):
        return None
    text = narrow(written)
    if SCIENTIFIC.fullmatch(text):
        return "Excel 把文号变成了科学计数法，原来的文号已经丢了。"
    if not is_text and text.isascii() and text.isdigit() and len(text) > _EXACT_DIGITS:
        return f"这一格是数字，Excel 只留得住前 {_EXACT_DIGITS} 位，后面的已经变了。"
    if _DATE.fullmatch(written.strip()) or _ENGLISH.fullmatch(written.strip()):
        return "Excel 把文号变成了日期。"
    return None


def is_ditto(text: str) -> bool:
    """Whether a cell only refers to the one above it. Each record is stored on its own, so that is no content."""
    return text.strip("。，,（）() ") in _DITTO


def _in_year_brackets(found: re.Match[str]) -> str:
    return f"〔{found[1]}〕"
