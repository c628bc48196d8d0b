import pytest
from PIL import Image

from indexer.raster import pictures
from indexer.readers import read
from indexer.reading import Limits, RefusedError
from schema.model import TextStatus
from tests.indexer import samples

LIMITS = Limits()
PAGE = (600, 800)


@pytest.mark.parametrize("name", ["照片.jpg", "照片.png", "照片.tif", "照片.bmp", "照片.gif", "照片.webp"])
def test_pictures_wait_for_recognition(tmp_path, name):
    found = read(samples.picture(tmp_path / name, PAGE), LIMITS)
    assert (found.status, found.pages, found.scans) == (TextStatus.NEEDS_OCR, 1, (1,))
    assert dict(found.meta)["size"] == "600 x 800"
    assert [picture.image.size for picture in pictures(tmp_path / name, found.kind, 1, LIMITS)] == [PAGE]


def test_a_logo_is_no_page(tmp_path):
    assert read(samples.picture(tmp_path / "图标.png"), LIMITS).scans == ()


def test_every_page_of_a_tif_counts_and_a_moving_picture_is_one(tmp_path):
    sheets = [Image.new("1", PAGE, number % 2) for number in range(3)]
    for name in ("扫描.tif", "动图.gif"):
        sheets[0].save(tmp_path / name, save_all=True, append_images=sheets[1:])
    found = read(tmp_path / "扫描.tif", LIMITS)
    assert (found.pages, found.scans) == (3, (1, 2, 3))
    assert read(tmp_path / "动图.gif", LIMITS).pages == 1
    second = next(pictures(tmp_path / "扫描.tif", "tif", 2, LIMITS))
    assert (second.page, second.image.getpixel((0, 0))) == (2, (255, 255, 255))
    with pytest.raises(RefusedError):
        next(pictures(tmp_path / "扫描.tif", "tif", 4, LIMITS))


def test_the_camera_says_which_way_is_up_and_when(tmp_path):
    path, exif = tmp_path / "照片.jpg", Image.Exif()
    exif[0x0112], exif[0x0132] = 6, "2024:05:06 08:30:00"
    Image.new("RGB", PAGE, "white").save(path, exif=exif)
    found = read(path, LIMITS)
    assert dict(found.meta) == {"size": "600 x 800", "orientation": "6", "created": "2024-05-06 08:30"}
    assert next(pictures(path, "jpg", 1, LIMITS)).image.size == (800, 600)


def test_what_is_transparent_is_paper(tmp_path):
    Image.new("RGBA", PAGE, (0, 0, 0, 0)).save(tmp_path / "透明.png")
    assert next(pictures(tmp_path / "透明.png", "png", 1, LIMITS)).image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("name", ["断.jpg", "断.png", "断.tif", "断.bmp"])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.9])
def test_a_truncated_picture_is_corrupt(tmp_path, name, share):
    path = tmp_path / name
    Image.effect_noise(PAGE, 80).convert("RGB").save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert read(path, LIMITS).status is TextStatus.CORRUPT


def test_a_bomb_is_refused_by_its_size(tmp_path):
    path = tmp_path / "弹.png"
    Image.new("1", (20_000, 20_000)).save(path)
    found = read(path, LIMITS)
    assert (found.status, found.warnings[0].code) == (TextStatus.TOO_LARGE, "reading.warning.bomb")


def test_large_pictures_are_made_smaller_before_recognition(tmp_path):
    path = samples.picture(tmp_path / "大图.jpg", (6_000, 4_000))
    image = next(pictures(path, "jpg", 1, LIMITS)).image
    assert image.width * image.height <= 9_000_000
    assert image.width / image.height == pytest.approx(1.5, rel=0.01)


def test_pages_of_a_pdf_are_drawn_at_two_hundred_dots_an_inch(tmp_path):
    path = samples.pdf(tmp_path / "扫描.pdf", [[], ["文"]], picture=True)
    assert read(path, LIMITS).scans == (1, 2)
    picture = next(pictures(path, "pdf", 2, LIMITS))
    assert (picture.page, picture.image.size) == (2, (1653, 2339))
    with pytest.raises(RefusedError):
        next(pictures(path, "pdf", 3, LIMITS))


def test_a_page_of_outlines_waits_for_recognition(tmp_path):
    path = samples.outlined_pdf(tmp_path / "曲线.pdf", 60)
    assert (read(path, LIMITS).status, read(path, LIMITS).scans) == (TextStatus.NEEDS_OCR, (1,))
    assert read(samples.outlined_pdf(tmp_path / "图.pdf", 5), LIMITS).status is TextStatus.EMPTY
    shapes = '<ofd:PathObject Boundary="10 10 4 5"/>'
    assert read(samples.ofd(tmp_path / "曲线.ofd", [shapes * 60]), LIMITS).status is TextStatus.NEEDS_OCR
    assert read(samples.ofd(tmp_path / "图.ofd", [shapes * 5]), LIMITS).status is TextStatus.EMPTY


def test_pictures_of_an_ofd_page_are_taken_out_of_the_package(tmp_path):
    resources = (
        '<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016" BaseLoc="Res"><ofd:MultiMedias>'
        '<ofd:MultiMedia ID="1"><ofd:MediaFile>页.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>'
    )
    page = '<ofd:ImageObject Boundary="0 0 200 100" ResourceID="1"/>'
    path = samples.ofd(
        tmp_path / "扫描.ofd", [page], {"Doc_0/Res.xml": resources}, document="<ofd:DocumentRes>Res.xml</ofd:DocumentRes>"
    )
    samples.add(path, {"Doc_0/Res/页.png": samples.picture(tmp_path / "页.png", PAGE).read_bytes()})
    assert read(path, LIMITS).scans == (1,)
    assert [(picture.page, picture.image.size) for picture in pictures(path, "ofd", 1, LIMITS)] == [(1, PAGE)]


def test_kinds_whose_pictures_cannot_be_got_at_are_refused(tmp_path):
    with pytest.raises(RefusedError):
        next(pictures(tmp_path / "照片.heic", "doc", 1, LIMITS))
