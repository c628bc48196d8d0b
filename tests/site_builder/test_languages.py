"""The pages in English: no Chinese word of our own. What the archive holds stays as it is, so the archive here holds none."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from enum import Enum
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from schema.messages import codes
from site_builder.build import build
from site_builder.data import Audience, SiteData
from tests.site_builder import sample

CHINESE = re.compile(r"[\u3400-\u9fff\uff00-\uffef]+")


def romanised(value: Any) -> Any:
    """Return any value of the sample with every run of Chinese in it replaced by Latin letters that stay different."""
    if isinstance(value, Enum) or value is None:
        return value
    if isinstance(value, str):
        return CHINESE.sub(lambda run: "q" + "".join(f"{ord(letter):x}" for letter in run.group()), value)
    if isinstance(value, tuple | list):
        return type(value)(map(romanised, value))
    if isinstance(value, dict):
        return {romanised(name): romanised(entry) for name, entry in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(**{field.name: romanised(getattr(value, field.name)) for field in fields(value) if field.init})
    return value


@pytest.mark.parametrize("audience", list(Audience))
def test_english_pages_hold_no_chinese_but_that_of_the_archive(tmp_path: Path, audience: Audience) -> None:
    data: SiteData = romanised(sample.data(audience, language="en"))
    texts = {sha256: romanised(pages) for sha256, pages in sample.TEXTS.items()}
    build(data, texts.get, tmp_path / "site", state=tmp_path / "state.json")
    left = {}
    for path in [*(tmp_path / "site").rglob("*.html"), tmp_path / "site" / "static" / "words.js", tmp_path / "site" / "gaps.csv"]:
        page = path.read_text(encoding="utf-8-sig")
        # The mask is a sign, not a word; the comma between names belongs to the names.
        if found := set(CHINESE.findall(page.replace("＊", "").replace("（", "(").replace("）", ")").replace("；", ";"))):
            left[path.name] = sorted(found)[:10]
    assert left == {}
    index = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in index
    assert "Of 5 points <b>2</b> are complete" in index


def test_both_languages_have_the_same_pages(tmp_path: Path) -> None:
    for language in ("zh", "en"):
        build(sample.data(language=language), sample.texts, tmp_path / language, state=tmp_path / f"{language}.json")
    pages = [
        {path.relative_to(tmp_path / language) for path in (tmp_path / language).rglob("*.html")} for language in ("zh", "en")
    ]
    assert pages[0] == pages[1]
    assert (tmp_path / "zh" / "static" / "words.js").read_bytes() != (tmp_path / "en" / "static" / "words.js").read_bytes()


def test_scripts_have_no_words_of_their_own_but_those_a_query_may_use() -> None:
    """Names of fields, operators and the marks of years belong to the query language, in both languages alike (query.js)."""
    query = set(
        "文号 标题 文件名 要点 评估要点 单位 学校 科室 责任科室 部门 年份 年度 年 类型 格式 状态 依据 或 至 到 第 号".split()
    )
    for script in (Path(__file__).parents[2] / "site_builder" / "static").glob("*.js"):
        spoken = set(re.findall("[\u4e00-\u9fff]+", script.read_text(encoding="utf-8")))
        assert spoken <= (query if script.name == "query.js" else set()), script.name


def test_every_word_the_scripts_ask_for_is_shipped_and_the_other_way_round() -> None:
    folder = Path(__file__).parents[2] / "site_builder" / "static"
    source = "".join(script.read_text(encoding="utf-8") for script in folder.glob("*.js"))
    shipped = {code.removeprefix("site.js.") for code in codes() if code.startswith("site.js.")}
    quoted = set(re.findall(r'"([a-z-]+)"', source))
    assert set(re.findall(r'tell\("([a-z-]+)"', source)) <= shipped
    assert shipped <= quoted, shipped - quoted


def test_every_sentence_that_a_template_says_is_there() -> None:
    folder = files("site_builder") / "templates"
    said = {code for page in folder.iterdir() for code in re.findall(r"say\('([\w.-]*\w)'[,)]", page.read_text(encoding="utf-8"))}
    assert len(said) > 100
    assert said <= codes()


def test_the_last_day_of_use_stands_on_every_page(tmp_path: Path) -> None:
    build(sample.data(until="2025-01-31"), sample.texts, tmp_path / "site", state=tmp_path / "state.json")
    for page in (tmp_path / "site").rglob("*.html"):
        assert "本副本用到 2025 年 1 月 31 日为止" in page.read_text(encoding="utf-8"), page
