"""A whole site on disk: links that hold, nothing that should not be there, the same bytes twice, safe to interrupt."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from schema.errors import ArchiveError
from schema.messages import message
from site_builder.build import build
from site_builder.data import Audience, BuildResult, PageTexts, SiteData
from tests.site_builder import sample


def make(tmp_path: Path, data: SiteData | None = None, **options: object) -> tuple[Path, BuildResult]:
    out = tmp_path / "site"
    state = tmp_path / "state" / "site.json"
    result = build(data or sample.data(), sample.texts, out, state=state, **options)  # type: ignore[arg-type]
    return out, result


def tree(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


class Markup(HTMLParser):
    """Addresses, ids and everything a policy without inline code forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.text: list[str] = []
        self.open_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [value for name in ("href", "src", "action") if (value := given.get(name)) is not None]
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.inline += [name for name, _ in attrs if name == "style" or name.startswith("on")]
        self.open_script = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self.open_script = False

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self.open_script and data.strip():
            self.inline.append(data)


def read(page: Path) -> Markup:
    markup = Markup()
    markup.feed(page.read_text(encoding="utf-8"))
    return markup


@pytest.mark.parametrize("audience", list(Audience))
def test_every_link_is_relative_and_leads_to_something(tmp_path: Path, audience: Audience) -> None:
    out, _ = make(tmp_path, sample.data(audience))
    pages = {page.relative_to(out).as_posix(): read(page) for page in out.rglob("*.html")}
    assert len(pages) > 30
    for name, markup in pages.items():
        assert len(set(markup.ids)) == len(markup.ids), name
        for address in markup.addresses:
            parts = urlsplit(address)
            assert not parts.scheme, (name, address)
            assert not parts.netloc, (name, address)
            assert not address.startswith("/"), (name, address)
            target = (out / name).parent / unquote(parts.path) if parts.path else out / name
            assert target.resolve().is_file(), (name, address)
            linked = target.resolve().relative_to(out.resolve()).as_posix()
            if parts.fragment and linked != "doc.html" and linked.endswith(".html"):
                assert unquote(parts.fragment) in pages[linked].ids, (name, address)


@pytest.mark.parametrize("audience", list(Audience))
def test_no_page_holds_inline_code_and_every_page_has_the_policy(tmp_path: Path, audience: Audience) -> None:
    out, _ = make(tmp_path, sample.data(audience))
    for page in out.rglob("*.html"):
        source = page.read_text(encoding="utf-8")
        assert read(page).inline == [], page
        assert "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'" in source
        assert '<meta name="renderer" content="webkit">' in source
        assert source.count("<h1") == 1, page
        assert "http://" not in source
        assert "https://" not in source


@pytest.mark.parametrize("audience", list(Audience))
def test_no_canary_stands_in_any_byte(tmp_path: Path, audience: Audience) -> None:
    secrets = " ".join(sample.CANARIES)
    first = sample.DOCUMENTS[0]
    facts = replace(first.facts, title=f"标题 {secrets}", issuer=f"机关 {secrets}", doc_number=f"号 {secrets}")
    tags = tuple(replace(tag, reason=message("site.reading.ok", why=secrets)) for tag in first.tags)
    wrong = message("site.finding.other", why=secrets)
    planted = replace(first, name=f"{secrets}.docx", source=secrets, facts=facts, tags=tags, problems=(wrong,))
    data = sample.data(
        audience,
        documents=(planted, *sample.DOCUMENTS[1:]),
        units=tuple(replace(unit, contact=f"{unit.contact} {sample.PHONE}", aliases=(secrets,)) for unit in sample.UNITS),
        findings=tuple(replace(entry, name=secrets, detail=wrong) for entry in sample.FINDINGS),
    )
    out, _ = make(tmp_path, data)
    everything = b"\n".join(path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file())
    for secret in (*sample.CANARIES, sample.CARD[:12], sample.RESIDENT[6:14], "zhang"):
        assert secret.encode() not in everything
    if audience is not Audience.PUBLIC:
        assert sample.CREDIT_CODE.encode() in everything


def test_the_public_site_names_no_person_and_no_document(tmp_path: Path) -> None:
    out, _ = make(tmp_path, sample.data(Audience.PUBLIC))
    files = sorted(path for path in out.rglob("*") if path.suffix in (".html", ".csv"))
    everything = "\n".join(path.read_text(encoding="utf-8-sig") for path in files)
    for word in ("赵示例", "钱示例", "孙示例", "王示例", "花名册", "收费公示", "测量表", "云开月明", "d0001"):
        assert word not in everything
    assert not list(out.glob("idx/*"))
    assert not list(out.glob("d/*"))
    assert "缺材料" in everything


def test_lists_are_whole_without_any_script(tmp_path: Path) -> None:
    out, _ = make(tmp_path)
    for document in sample.DOCUMENTS:
        assert document.name in "".join("".join(read(path).text) for path in (out / "u").glob("*.html"))
        for ref in document.points:
            letter = {"preschool": "x", "compulsory": "y"}[ref.framework]
            assert document.name in "".join(read(out / "p" / f"{letter}{ref.code}.html").text)


def test_two_builds_are_the_same_bytes_and_the_second_writes_nothing(tmp_path: Path) -> None:
    one, first = make(tmp_path / "one")
    two, _ = make(tmp_path / "two")
    assert tree(one) == tree(two)
    assert first.written + first.unchanged == first.files == len(tree(one))
    again, second = make(tmp_path / "one")
    assert (second.written, second.removed) == (0, 0)
    assert tree(again) == tree(two)
    _, full = make(tmp_path / "one", full=True)
    assert full.written == 0


def test_the_state_lies_outside_and_without_it_everything_is_looked_at(tmp_path: Path) -> None:
    out, _ = make(tmp_path)
    damaged = out / "index.html"
    damaged.write_bytes(b"x" * len(damaged.read_bytes()))
    before = tree(make(tmp_path / "other")[0])
    (tmp_path / "state" / "site.json").unlink()
    _, result = make(tmp_path)
    assert result.written == 1
    assert tree(out) == before


def test_a_changed_document_changes_its_own_pages_and_texts(tmp_path: Path) -> None:
    many = tuple(sample.document(number, f"材料{number}.txt", "004", (sample.COMPULSORY_2,)) for number in range(10, 90))
    data = sample.data(documents=(*sample.DOCUMENTS, *many))
    out, first = make(tmp_path, data)
    before = tree(out)
    renamed = replace(sample.DOCUMENTS[1], seq=99, facts=replace(sample.DOCUMENTS[1].facts, title="改过的标题"))
    out, second = make(tmp_path, replace(data, documents=(sample.DOCUMENTS[0], renamed, *sample.DOCUMENTS[2:], *many)))
    after = tree(out)
    changed = {path for path in after if before.get(path) != after[path]}
    assert {"p/xC3.html", "u/002.html", "new.html", "idx/current.js"} <= changed
    assert "p/xC1.html" not in changed
    assert len([path for path in changed if path.startswith("d/")]) == 2  # the old text taken out, the new one beside it
    assert second.written < first.written / 3
    assert "改过的标题" in (out / "u/002.html").read_text(encoding="utf-8")


def test_old_texts_and_indexes_stay_for_one_build_and_pages_go_at_once(tmp_path: Path) -> None:
    out, _ = make(tmp_path)
    old = [path for path in tree(out) if path.startswith(("idx/", "d/")) and path != "idx/current.js"]
    fewer = sample.data(documents=sample.DOCUMENTS[:3], units=sample.UNITS[:3])
    make(tmp_path, fewer)
    assert set(old) <= tree(out).keys()
    assert not (out / "u" / "004.html").exists()
    make(tmp_path, replace(fewer, title="改名"))
    assert not set(old) & tree(out).keys()


class PowerCutError(Exception):
    """What stands for a power cut."""


def test_a_build_that_breaks_off_leaves_a_site_that_works_and_the_next_one_mends_it(tmp_path: Path) -> None:
    out, _ = make(tmp_path)
    pointer = (out / "idx" / "current.js").read_bytes()
    before = tree(out)

    def texts(sha256: str) -> PageTexts | None:
        if sha256 == newer.sha256:
            raise PowerCutError
        return sample.texts(sha256)

    newer = sample.document(6, "新来的.txt", "001", (sample.PRESCHOOL_2,))
    data = sample.data(documents=(*sample.DOCUMENTS, newer))
    with pytest.raises(PowerCutError):
        build(data, texts, out, state=tmp_path / "state" / "site.json")
    assert (out / "idx" / "current.js").read_bytes() == pointer
    assert {path: tree(out)[path] for path in before} == before
    make(tmp_path, data)
    whole, _ = make(tmp_path / "fresh", data)
    assert tree(out) == tree(whole)


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "site"
    out.mkdir()
    (out / "重要.docx").write_bytes(b"mine")
    with pytest.raises(ArchiveError) as caught:
        make(tmp_path)
    assert "重要" not in caught.value.message.text("zh")
    assert str(out) in caught.value.message.text("zh")
    assert [path.name for path in out.iterdir()] == ["重要.docx"]


def test_what_somebody_put_into_the_site_is_never_removed(tmp_path: Path) -> None:
    out, _ = make(tmp_path)
    (out / "查验记录.docx").write_bytes(b"mine")
    (out / "u" / "999.html.new").write_bytes(b"half of a page that a killed build left")
    _, result = make(tmp_path)
    assert (out / "查验记录.docx").read_bytes() == b"mine"
    assert result.removed == 1


def test_only_the_inspector_gets_originals_and_only_passive_ones(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    documents = (*sample.DOCUMENTS, sample.document(7, "网页.html", "001"))
    for document in documents:
        (archive / document.path).parent.mkdir(parents=True, exist_ok=True)
        (archive / document.path).write_bytes(f"original of {document.id}".encode())
    (archive / sample.DOCUMENTS[1].path).unlink()
    (archive / sample.DOCUMENTS[4].path).unlink()
    (archive / sample.DOCUMENTS[4].path).symlink_to(archive / sample.DOCUMENTS[0].path)
    published = {"d0001.docx", "d0003.pdf", "d0004.txt"}
    for audience, expected in ((Audience.INSPECTOR, published), (Audience.TASKFORCE, set())):
        out, result = make(tmp_path / str(audience), sample.data(audience, documents=documents), originals=archive)
        assert {path.name for path in out.glob("files/*")} == expected
        assert result.originals == len(expected)
        page = (out / "p" / "yC2.html").read_text(encoding="utf-8")
        assert ("../files/d0003.pdf" in page) == (audience is Audience.INSPECTOR)


HOSTILE = "<script>window.PWNED=1</script>\"'><img src=x onerror=window.PWNED=1>{{ 7*1234567 }}</title>javascript:alert(1)"


def hostile() -> SiteData:
    """Hostile words in every field that comes from outside."""
    documents = tuple(
        replace(
            document,
            name=f"{HOSTILE}{document.name}",
            problems=(message("site.only-indicator", indicator=HOSTILE),),
            facts=replace(document.facts, title=HOSTILE, doc_number=HOSTILE, issuer=HOSTILE, kind="pdf"),
            tags=tuple(replace(tag, reason=message("site.only-indicator", indicator=HOSTILE)) for tag in document.tags),
        )
        for document in sample.DOCUMENTS
    )
    units = tuple(replace(unit, name=f"{HOSTILE}{unit.id}", township=HOSTILE, contact=HOSTILE) for unit in sample.UNITS)
    findings = tuple(replace(entry, name=HOSTILE, subject=HOSTILE) for entry in sample.FINDINGS)
    duties = tuple(replace(duty, departments=(HOSTILE,), persons=("javascript:alert(1)",)) for duty in sample.DUTIES)
    return sample.data(documents=documents, units=units, findings=findings, duties=duties, title=HOSTILE, district=HOSTILE)


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    out, _ = make(tmp_path, hostile())
    for page in out.rglob("*.html"):
        markup = read(page)
        assert markup.inline == [], page
        assert "8641969" not in "".join(markup.text).replace(HOSTILE, ""), page
        assert not [address for address in markup.addresses if re.match(r"\s*(javascript|data):", address, re.IGNORECASE)], page


def test_shipped_data_are_data(tmp_path: Path) -> None:
    out, _ = make(tmp_path, hostile())
    for script in [*out.glob("idx/**/*.js"), *out.glob("d/*.js"), out / "static" / "fold.js"]:
        source = script.read_text(encoding="utf-8")
        found = re.fullmatch(r'Z\.take\("([^"]+)",(.*)\);\n', source, re.DOTALL)
        assert found, script
        json.loads(found[2])


def test_a_document_without_text_is_still_there(tmp_path: Path) -> None:
    out, result = make(tmp_path)
    assert result.without_text == 1
    assert "扫描件.pdf" in (out / "issues.html").read_text(encoding="utf-8")
    assert "扫描件，文字不能检索" in (out / "issues.html").read_text(encoding="utf-8")


def test_a_site_without_data_says_so(tmp_path: Path) -> None:
    empty = dict.fromkeys(("units", "documents", "cells", "findings", "ledger"), ())
    out, _ = make(tmp_path, sample.data(**empty, as_of="", due=""))  # type: ignore[arg-type]
    assert "尚无数据" in (out / "index.html").read_text(encoding="utf-8")
