"""Made-up scans: official papers drawn page by page, then sealed, turned, blurred and speckled, with what they say.

    python -m bench.scans [PAGES]

prints the character error of `indexer.ocr` and its CPU seconds a page. Needs the extra zuozheng[ocr] and Debian's fonts-noto-cjk.
"""

from __future__ import annotations

import argparse
import random
import re
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

FONTS = Path("/usr/share/fonts/opentype/noto")
SONG, HEI = FONTS / "NotoSerifCJK-Regular.ttc", FONTS / "NotoSansCJK-Bold.ttc"
# The face for simplified Chinese inside both collections.
_FACE = 2
_A4 = (8.27, 11.69)
_UNITS = ("青禾县教育委员会", "松林区人民政府", "临江市教育局", "云溪区教育督导委员会办公室")
_TOPICS = ("校园安全专项检查", "义务教育优质均衡发展自查", "幼儿园等级评估", "教师交流轮岗", "近视防控", "食堂食品留样")
_KINDS = ("通知", "报告", "方案", "函", "意见")
_SENTENCES = (
    "各学校要高度重视，成立以校长为组长的领导小组，明确专人负责，按时完成各项任务。",
    "全区共有小学四十二所、初中十八所，在校学生两万三千六百余人，专任教师一千八百七十五人。",
    "生均教学及辅助用房面积应当达到四点五平方米以上，体育运动场馆面积达到七点五平方米以上。",
    "请于每月二十五日前将台账报送教育科，联系人：陈一诺，电话见通讯录。",
    "检查中发现的问题要逐项登记，限期整改，整改结果经校长签字后存档备查。",
    "学前教育财政投入只增不减，公办幼儿园生均财政拨款标准不低于省定标准。",
    "每百名学生拥有体育、艺术专任教师数达到零点九人以上，每百名学生拥有多媒体教室两间以上。",
    "严格执行国家课程方案，开齐开足课程，确保学生每天校园体育活动时间不少于一小时。",
)


@dataclass(frozen=True, slots=True)
class Wear:
    """What was done to a page: dots an inch, share of speckles, radius of the blur, degrees askew, quarter turns, a seal."""

    dpi: int = 200
    noise: float = 0.0
    blur: float = 0.0
    askew: float = 0.0
    turns: int = 0
    seal: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """A page and what is written on it; `under_seal` are the lines the seal lies on."""

    picture: Image.Image
    lines: tuple[str, ...]
    under_seal: tuple[str, ...]


def scans(count: int, wear: Wear, seed: int = 1) -> Iterator[Scan]:
    """Yield `count` pages with this wear, the same for the same seed."""
    dice = random.Random(seed)
    for number in range(count):
        yield _scan(number, wear, dice)


def _scan(number: int, wear: Wear, dice: random.Random) -> Scan:
    unit, topic = dice.choice(_UNITS), dice.choice(_TOPICS)
    day = f"{dice.randint(2021, 2025)}年{dice.randint(1, 12)}月{dice.randint(1, 28)}日"
    body = [dice.choice(_SENTENCES) for _ in range(dice.randint(3, 6))]
    page = Image.new("RGB", (round(_A4[0] * wear.dpi), round(_A4[1] * wear.dpi)), "white")
    pen = _Pen(page, wear.dpi)
    pen.centred(f"{unit}文件", HEI, 30, "#d01818")
    pen.centred(f"{unit[:2]}教发〔{dice.randint(2021, 2025)}〕{dice.randint(1, 99)}号", SONG, 16)
    pen.rule()
    for line in _broken(f"关于开展{topic}工作的{dice.choice(_KINDS)}", 20):
        pen.centred(line, HEI, 22)
    pen.left("各学校、幼儿园：", SONG, 16)
    for index, sentence in enumerate(body):
        for line in _broken(f"　　{'一二三四五六七八'[index]}、{sentence}", 27):
            pen.left(line, SONG, 16)
    pen.table((("序号", "学校名称", "学生数", "生均面积"), *_rows(number, dice)))
    middle = pen.right(unit, SONG, 16)
    pen.right(day, SONG, 16)
    if wear.seal:
        _stamp(page, middle, wear.dpi, unit)
    return Scan(_worn(page, wear, dice), tuple(pen.lines), (unit, day) if wear.seal else ())


def _rows(number: int, dice: random.Random) -> Iterator[tuple[str, ...]]:
    for row in range(1, 4):
        school = f"{dice.choice('柳溪 北街 南山 东湖 梅园'.split())}{dice.choice(('小学', '中学', '幼儿园'))}"
        yield str(row), school, str(dice.randint(100, 3000) + number), f"{dice.uniform(3, 9):.2f}"


class _Pen:
    """Writes down a page, line by line, and remembers what it wrote."""

    def __init__(self, page: Image.Image, dpi: int) -> None:
        self.lines: list[str] = []
        self._page, self._brush, self._dpi, self._at = page, ImageDraw.Draw(page), dpi, 0.9 * dpi

    def centred(self, text: str, font: Path, points: float, colour: str = "black") -> None:
        width = self._width(text, font, points)
        self._write(text, (self._page.width - width) / 2, font, points, colour)

    def left(self, text: str, font: Path, points: float) -> None:
        self._write(text, 1.05 * self._dpi, font, points)

    def right(self, text: str, font: Path, points: float) -> tuple[int, int]:
        """Write against the right margin; return the middle of what was written."""
        width = self._width(text, font, points)
        left = self._page.width - 1.3 * self._dpi - width
        self._write(text, left, font, points)
        return round(left + width / 2), round(self._at)

    def rule(self) -> None:
        self._brush.line((self._dpi, self._at, self._page.width - self._dpi, self._at), "#d01818", max(2, self._dpi // 60))
        self._at += 0.25 * self._dpi

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        left, height, widths = 1.05 * self._dpi, 0.34 * self._dpi, (0.8, 2.4, 1.3, 1.5)
        self._at += 0.1 * self._dpi
        for row in rows:
            at = left
            for width, cell in zip(widths, row, strict=True):
                self._brush.rectangle((at, self._at, at + width * self._dpi, self._at + height), outline="black", width=2)
                font = _font(SONG, 14, self._dpi)
                self._brush.text((at + 0.12 * self._dpi, self._at + 0.05 * self._dpi), cell, "black", font)
                at += width * self._dpi
            self._at += height
            self.lines.append("".join(row))
        self._at += 0.3 * self._dpi

    def _width(self, text: str, font: Path, points: float) -> float:
        return self._brush.textlength(text, _font(font, points, self._dpi))

    def _write(self, text: str, left: float, font: Path, points: float, colour: str = "black") -> None:
        self._brush.text((left, self._at), text, colour, _font(font, points, self._dpi))
        self._at += points / 72 * self._dpi * 1.75
        self.lines.append(text)


def _font(path: Path, points: float, dpi: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), round(points / 72 * dpi), index=_FACE)


def _broken(text: str, width: int) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)]


def _stamp(page: Image.Image, middle: tuple[int, int], dpi: int, unit: str) -> None:
    """Press a round red seal onto the page, so that what lies below still shows."""
    size = round(1.65 * dpi)
    seal = Image.new("RGB", (size, size), "white")
    brush = ImageDraw.Draw(seal)
    brush.ellipse((4, 4, size - 4, size - 4), outline="#e03030", width=max(3, dpi // 40))
    brush.regular_polygon((size / 2, size / 2, size / 6), 5, fill="#e03030")
    font = _font(SONG, 11, dpi)
    for index, character in enumerate(unit[:8]):
        letter = Image.new("RGB", (size, size), "white")
        ImageDraw.Draw(letter).text((size / 2, size * 0.07), character, "#e03030", font, anchor="ma")
        turned = letter.rotate(100 - index * 28, fillcolor="white")
        seal = ImageChops.darker(seal, turned)
    box = (middle[0] - size // 2, middle[1] - size // 2)
    under = page.crop((*box, box[0] + size, box[1] + size))
    page.paste(ImageChops.multiply(under, seal), box)


def _worn(page: Image.Image, wear: Wear, dice: random.Random) -> Image.Image:
    if wear.askew:
        page = page.rotate(wear.askew, Image.Resampling.BICUBIC, fillcolor="white")
    if wear.blur:
        page = page.filter(ImageFilter.GaussianBlur(wear.blur))
    if wear.noise:
        grain = Image.frombytes("L", page.size, dice.randbytes(page.width * page.height))
        dark, light = (
            grain.point(lambda value: 255 * (value < 128 * wear.noise)),
            grain.point(lambda value: 255 * (value > 255 - 128 * wear.noise)),
        )
        page.paste("#404040", mask=dark.convert("1"))
        page.paste("white", mask=light.convert("1"))
    return page.rotate(90 * wear.turns, expand=True) if wear.turns else page


def bare(text: str) -> str:
    """Return the text without blanks, in one form of characters: what is compared."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def distance(one: str, other: str) -> int:
    """Return the fewest single characters to change, add or drop (Levenshtein)."""
    previous = list(range(len(other) + 1))
    for row, character in enumerate(one, 1):
        current = [row]
        for column, compared in enumerate(other, 1):
            current.append(min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (character != compared)))
        previous = current
    return previous[-1]


def error(scan: Scan, text: str) -> float:
    """Return the character error of `text` against what the page says, in order; the seal's own letters count as errors, too."""
    truth = bare("".join(scan.lines))
    return distance(truth, bare(text)) / len(truth)


KINDS = {
    "clean": Wear(),
    "noise": Wear(noise=0.08, blur=0.6),
    "askew 1": Wear(noise=0.08, blur=0.6, askew=1.0),
    "seal": Wear(noise=0.08, blur=0.6, askew=-1.0, seal=True),
    "askew 3, seal": Wear(noise=0.05, blur=0.5, askew=3.0, seal=True),
    "90 degrees": Wear(noise=0.05, blur=0.5, turns=1, seal=True),
    "180 degrees": Wear(noise=0.05, blur=0.5, turns=2),
    "270 degrees": Wear(noise=0.05, blur=0.5, askew=0.7, turns=3),
}


def measured(count: int) -> Iterator[tuple[str, list[float], float]]:
    """Yield for each kind of wear its name, the character error of each page and the CPU seconds a page."""
    from indexer.ocr import recognise  # noqa: PLC0415 - the pages can be drawn without the extra

    for name, wear in KINDS.items():
        errors, used = [], 0.0
        for scan in scans(count, wear):
            started = time.process_time()
            block = recognise(scan.picture)
            used += time.process_time() - started
            errors.append(error(scan, block.text if block else ""))
        yield name, errors, used / count


def main(arguments: Sequence[str] | None = None) -> None:
    """Print character error and CPU seconds a page for each kind of wear."""
    from indexer.ocr import engine  # noqa: PLC0415

    parser = argparse.ArgumentParser(description="Character error of the recognition on made-up scans.")
    parser.add_argument("pages", type=int, nargs="?", default=4)
    count = parser.parse_args(arguments).pages
    print(f"{engine()}, {count} pages a row at 200 dots an inch")
    for name, errors, used in measured(count):
        mean, worst = 100 * sum(errors) / count, 100 * max(errors)
        print(f"{name:15} {mean:5.2f} % error, worst {worst:5.2f} %, {used:5.2f} CPU s a page", flush=True)


if __name__ == "__main__":
    main()
