"""Every sentence exists in both languages, with the same parameters, and every code the program speaks of exists."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

from schema.messages import codes, message
from schema.model import Outcome, TextStatus
from schema.units import HEADERS

ROOT = Path(__file__).parents[2]
TABLES = sorted((ROOT / "schema/data/messages").glob("*.toml"))
# Codes that are put together from a value: prefix and the values there are.
BUILT = {f"outcome.{outcome}" for outcome in Outcome} | {f"units.bad-{name}" for name in HEADERS}
BUILT |= {f"reading.status.{status}" for status in TextStatus if status is not TextStatus.PENDING}


def fields(text: str) -> set[str]:
    return {name for _before, name, _format, _conversion in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_both_languages_say_the_same_with_the_same_parameters(table: Path) -> None:
    for code, entry in tomllib.loads(table.read_text(encoding="utf-8")).items():
        assert set(entry) == {"zh", "en"}, code
        assert fields(entry["zh"]) == fields(entry["en"]) or code.endswith(("about-tree",)), code
        spoken = re.sub(r"\{.*?\}", "", entry["zh"])
        assert re.search(r"[\u4e00-\u9fff]", spoken) or not re.search(r"[a-z]{3}", spoken), f"{code} is not Chinese"


def test_every_code_in_the_program_has_a_sentence() -> None:
    spoken = set(BUILT)
    for package in ("schema", "archive", "indexer", "site_builder", "zuozheng"):
        for source in (ROOT / package).rglob("*.py"):
            text = source.read_text(encoding="utf-8")
            spoken |= set(re.findall(r"(?:message|say|ArchiveError|ArchiveBusyError)\(\s*\"([a-z-]+(?:\.[a-z0-9-]+)+)\"", text))
    assert spoken <= codes(), spoken - codes()


def test_parameters_are_filled_in() -> None:
    assert "u01" in message("gaps.no-unit", unit="u01").text("en")
    assert "清溪" in message("gaps.no-unit", unit="清溪").text()
