"""The pages in English: no Chinese word of our own. What the archive holds stays as it is, so the archive here holds none."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

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
