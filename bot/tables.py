"""Makes the two character tables from opencc and pypinyin: `python -m bot tables`.

They are packaged, because loading those libraries takes longer than everything else at start.
"""

from collections import defaultdict
from pathlib import Path

FIRST, LAST = 0x4E00, 0x9FFF


def build(folder: Path) -> None:
    """Writes traditional.txt (繁 and 简, one pair a line) and syllables.txt (a syllable, its characters)."""
    import opencc
    import pypinyin

    simplify = opencc.OpenCC("t2s").convert
    everything = [chr(code) for code in range(FIRST, LAST + 1)]
    pairs = [(char, simplify(char)) for char in everything]
    changed = [f"{char}{simple}" for char, simple in pairs if simple != char and len(simple) == 1]
    (folder / "traditional.txt").write_text("\n".join(changed) + "\n", encoding="utf-8")

    common = {char for char, simple in pairs if simple == char and _is_common(char)}
    by_syllable: defaultdict[str, list[str]] = defaultdict(list)
    for char in sorted(common):
        by_syllable[pypinyin.lazy_pinyin(char)[0].replace("ü", "v")].append(char)
    lines = [f"{syllable} {''.join(chars)}" for syllable, chars in sorted(by_syllable.items())]
    (folder / "syllables.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _is_common(char: str) -> bool:
    try:
        return len(char.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False
