"""The engine itself, where the extra is installed."""

import socket

import pytest
from PIL import Image, ImageDraw, ImageFont

from bench import scans
from indexer import ocr
from indexer.pool import processes
from indexer.reading import Limits
from indexer.scan_page import recognise
from schema.model import TextStatus
from tests.indexer import samples

pytestmark = pytest.mark.skipif(not ocr.available(), reason="the extra zuozheng[ocr] is not installed")


def written(text: str, size: int = 48) -> Image.Image:
    """Latin letters and digits in the font that comes with Pillow, so that no font of the system is needed."""
    page = Image.new("RGB", (900, 400), "white")
    ImageDraw.Draw(page).text((60, 150), text, "black", ImageFont.load_default(size))
    return page


def test_text_is_recognised_without_any_network(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("the engine asked for the network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    ocr._engine.cache_clear()
    found = ocr.recognise(written("SCHOOL 2024 C12"))
    assert found is not None
    assert (found.where, found.page) == ("ocr", None)
    assert "".join(found.text.split()) == "SCHOOL2024C12"
    assert 0.8 < (found.confidence or 0) <= 1
    assert ocr.engine().startswith("rapidocr ")


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_page_turned_by_quarters_is_turned_back(turns):
    found = ocr.recognise(written("CERTIFICATE 2024").rotate(90 * turns, expand=True))
    assert found is not None
    assert "CERTIFICATE" in found.text


def test_a_blank_page_has_no_text():
    assert ocr.recognise(Image.new("RGB", (600, 800), "white")) is None
    assert ocr.recognise(Image.new("RGB", (3, 3), "white")) is None


def test_what_stands_side_by_side_is_one_row():
    page = written("NAME")
    ImageDraw.Draw(page).text((600, 150), "RESULT", "black", ImageFont.load_default(48))
    found = ocr.recognise(page)
    assert found is not None
    assert found.text.split() == ["NAME", "RESULT"]
    assert "\n" not in found.text


@pytest.mark.slow
def test_a_process_recognises_under_its_limits_and_outlives_what_it_cannot_draw(tmp_path):
    written("PLAYGROUND 400").save(tmp_path / "照片.png")
    hanging = samples.hanging_pdf(tmp_path / "挂.pdf")
    pool = processes(1, 3 << 30, idle=True)
    try:
        hung = pool.schedule(recognise, args=(hanging, "pdf", 1, Limits()), timeout=5)
        seen = pool.schedule(recognise, args=(tmp_path / "照片.png", "png", 1, Limits()), timeout=120)
        with pytest.raises(TimeoutError):
            hung.result()
        assert "PLAYGROUND" in seen.result()[0].text
        assert recognise(tmp_path / "没有.png", "png", 1, Limits()) is TextStatus.PENDING
        assert recognise(hanging, "doc", 1, Limits()) is TextStatus.UNSUPPORTED
    finally:
        pool.stop()
        pool.join()


@pytest.mark.slow
@pytest.mark.skipif(not scans.SONG.exists(), reason="the fonts fonts-noto-cjk are missing")
def test_worn_sealed_and_turned_pages_are_recognised():
    for name, errors, used in scans.measured(2):
        print(f"{name}: {100 * sum(errors) / len(errors):.2f} % of the characters wrong, {used:.1f} CPU s a page")
        assert sum(errors) / len(errors) <= 0.03, name
