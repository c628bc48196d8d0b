"""Personal data planted wherever they can stand are in no byte of a site, nor to be put together from the grams of its index."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.fold import search_form
from indexer.grams import grams_of
from schema.messages import message
from site_builder.build import build
from site_builder.data import Audience, PageTexts
from tests.site_builder import sample
from tests.site_builder.test_rosters import SHEET, VALUES

PUPIL = "G" + sample.RESIDENT
NUMBERS = (*sample.CANARIES, PUPIL)
# As a recognised page and other programs write them.
WRITTEN = (
    " ".join(sample.RESIDENT),
    "".join(chr(ord(digit) + 0xFEE0) for digit in sample.PHONE), "138-0013-8000", "6222 0212 3456 7890 128",
    f"{sample.RESIDENT[:6]}\n{sample.RESIDENT[6:]}", "zhang.san＠example．com",
)  # fmt: skip
PLACES: dict[str, PageTexts] = {
    "text": ((1, "正文里有" + "、".join(NUMBERS)), (2, "又有" + "；".join(WRITTEN))),
    "table": ((None, SHEET + "\n3\t" + "\t".join(NUMBERS)),),
    "ocr": ((1, "扫 描 件\n" + "\n".join((*WRITTEN, *NUMBERS, "家庭住址：碧螺巷九弄", "监护人：司徒嫖姚"))),),
}


def planted(audience: Audience) -> tuple[object, dict[str, PageTexts]]:
    secrets = " ".join((*NUMBERS, *WRITTEN))
    reason = message("site.only-indicator", indicator=secrets)
    documents = []
    texts = {}
    for document, pages in zip(sample.DOCUMENTS, (*PLACES.values(), *PLACES.values()), strict=False):
        facts = replace(document.facts, title=f"标题{secrets}", issuer=f"机关{secrets}", doc_number=f"号{secrets}")
        tags = tuple(replace(tag, reason=reason) for tag in document.tags)
        name = f"{secrets}{document.name}".replace("\n", " ")
        documents.append(replace(document, name=name, source=secrets, facts=facts, tags=tags, problems=(reason,)))
        texts[document.sha256] = pages
    units = tuple(replace(unit, contact=secrets, aliases=(secrets,), township=secrets) for unit in sample.UNITS)
    findings = tuple(replace(entry, name=secrets, subject=secrets, detail=reason) for entry in sample.FINDINGS)
    data = sample.data(audience, documents=tuple(documents), units=units, findings=findings, title=f"档案{secrets}")
    return data, texts


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("changed", [False, True])
def test_no_canary_is_in_any_byte_or_gram(tmp_path: Path, audience: Audience, changed: bool) -> None:
    data, texts = planted(audience)
    out, state = tmp_path / "site", tmp_path / "state.json"
    build(data, texts.get, out, state=state)  # type: ignore[arg-type]
    if changed:
        first = data.documents[0]  # type: ignore[attr-defined]
        data = replace(data, documents=(replace(first, seq=99), *data.documents[1:]))  # type: ignore[type-var, attr-defined]
        build(data, texts.get, out, state=state)  # type: ignore[arg-type]
    everything = "\n".join(path.read_text(encoding="utf-8-sig") for path in sorted(out.rglob("*")) if path.is_file())
    parts = (*NUMBERS, *WRITTEN[:4], WRITTEN[5], sample.CARD[:12], sample.RESIDENT[6:14], "zhang", "碧螺巷", "司徒", "嫖姚")
    for secret in (*parts, *(VALUES if audience is not Audience.PUBLIC else ())):
        assert secret not in everything, secret
        assert secret.encode("unicode_escape").decode() not in everything, secret
    keys = {line for path in out.glob("idx/*/[0-9]*.js") for line in lines(path)[::2]}
    assert bool(keys) is (audience is not Audience.PUBLIC)
    values = ("碧螺巷九弄", "欧阳绒绒", "司徒嫖姚", "上官嫘", *NUMBERS)
    own = {gram for text in values for gram in grams_of(search_form(text)) if len(gram) > 1}
    assert len(own) > 12
    assert not own & keys


def lines(shard: Path) -> list[str]:
    source = shard.read_text(encoding="utf-8")
    decoded: str = json.loads(source[source.index(",") + 1 : source.rindex(")")])
    return decoded.split("\n")
