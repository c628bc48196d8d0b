"""Pictures of first pages: for the inspector alone, within their room, made once, whatever the files are."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from indexer.thumbnails import HEIGHT, WIDTH, thumbnail, thumbnails
from schema.model import Document
from site_builder import links
from site_builder.build import build
from site_builder.data import Audience
from site_builder.previews import previews
from tests.site_builder import sample


def picture(path: Path, size: tuple[int, int] = (1600, 800), orientation: int = 1) -> Path:
    image = Image.new("RGB", size, "white")
    image.paste((200, 30, 30), (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = orientation, "张三 13800138000"
    image.save(path, exif=exif)
    return path


def pdf(path: Path) -> Path:
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    document.save(path)
    document.close()
    return path


def size(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG"
        return image.size


def test_a_picture_is_scaled_turned_upright_and_stripped(tmp_path: Path) -> None:
    made = thumbnail(picture(tmp_path / "a.jpg", orientation=6))
    assert size(made) == (HEIGHT // 2, HEIGHT)
    assert "张三".encode() not in made
    with Image.open(io.BytesIO(made)) as image:
        assert not image.getexif()
    assert size(thumbnail(picture(tmp_path / "b.png"))) == (WIDTH, WIDTH // 2)


def test_a_pdf_gives_its_first_page(tmp_path: Path) -> None:
    width, height = size(thumbnail(pdf(tmp_path / "a.pdf")))
    assert width <= WIDTH
    assert height <= HEIGHT
    assert abs(width / height - 595 / 842) < 0.01


@pytest.mark.parametrize("name", ["a.pdf", "a.jpg", "a.png"])
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 and then nothing", b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xd8\xff\xe0 half"])
def test_a_file_that_gives_no_picture_gives_none(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert thumbnail(tmp_path / name) == b""


def test_thumbnails_are_made_once(tmp_path: Path) -> None:
    good, bad = picture(tmp_path / "a.png"), tmp_path / "b.pdf"
    bad.write_bytes(b"no pdf")
    first = dict(thumbnails(tmp_path / "kept", [("1" * 64, good), ("2" * 64, bad)]))
    assert set(first) == {"1" * 64}
    assert (tmp_path / "kept" / f"{'2' * 64}.jpg").stat().st_size == 0
    good.unlink()
    bad.unlink()
    assert dict(thumbnails(tmp_path / "kept", [("1" * 64, good), ("2" * 64, bad)])) == first


def archive(tmp_path: Path) -> tuple[Document, ...]:
    """Two documents of the sample that are pictures now, one of them twice, their files in `tmp_path`."""
    found = []
    for number, document in enumerate(sample.DOCUMENTS[:3]):
        path = f"{document.unit}-{number}.png"
        picture(tmp_path / path, (900 + 100 * (number % 2), 900))
        same = sample.sha(f"picture {number % 2}")
        found.append(replace(document, name=path, path=path, sha256=same))
    return tuple(found)


def test_they_stay_within_their_room_and_the_newest_come_first(tmp_path: Path) -> None:
    documents = archive(tmp_path)
    assert previews(tmp_path, documents, tmp_path / "kept", 0) == {}
    every = previews(tmp_path, documents, tmp_path / "kept", 1)
    assert len(every) == 2
    newest = max(documents, key=lambda document: document.received)
    assert next(iter(every)) == links.preview_file(newest.sha256)
    big = tmp_path / "kept" / f"{newest.sha256}.jpg"
    big.write_bytes(big.read_bytes() + b"\0" * 1_000_000)
    assert previews(tmp_path, documents, tmp_path / "kept", 1) == {}


@pytest.mark.parametrize("audience", list(Audience))
def test_only_the_inspector_gets_them(tmp_path: Path, audience: Audience) -> None:
    documents = archive(tmp_path)
    pictures = previews(tmp_path, documents, tmp_path / "kept", 1)
    data = sample.data(audience, documents=documents)
    build(data, lambda _: None, tmp_path / "site", state=tmp_path / "state.json", previews=pictures)
    shipped = sorted(path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site" / "previews").glob("*"))
    texts = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "site").glob("d/*.js"))
    if audience is Audience.INSPECTOR:
        assert shipped == sorted(pictures)
        assert all(json.dumps(path) in texts for path in pictures)
        build(data, lambda _: None, tmp_path / "site", state=tmp_path / "state.json")
        assert not list((tmp_path / "site" / "previews").glob("*"))
    else:
        assert shipped == []
        assert "previews/" not in texts
