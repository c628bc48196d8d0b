"""An official paper as a file: its elements are the same as text, as a Word document and as the PDF LibreOffice makes of it."""

from pathlib import Path

import pytest

from bench.office import converted
from bench.official import papers
from indexer.official import elements
from indexer.readers import read
from indexer.reading import Limits
from tests.indexer import samples

SEED = Path(__file__).parents[3] / "shared" / "domain" / "notice-rongjiaozhengfa-2023-78.txt"
NOTICE = next(paper for paper in papers("tuning") if paper.name == "通知 成立专班 两个附件 印刷页码")


def found(path: Path) -> dict[str, tuple[str, ...]]:
    return {entry.name: entry.values for entry in elements(read(path, Limits()), path.name)}


def written(folder: Path, text: str) -> tuple[Path, Path]:
    plain = folder / "公文.txt"
    plain.write_text(text, encoding="utf-8")
    return plain, samples.docx(folder / "公文.docx", "".join(samples.p(line.replace("\t", " ")) for line in text.split("\n")))


def test_a_notice_of_two_agencies_is_wholly_right_as_text_and_as_word(tmp_path):
    truth = {name: values for name, values in NOTICE.truth.items() if values}
    for path in written(tmp_path, NOTICE.text):
        assert found(path) == truth


@pytest.mark.slow
def test_the_same_notice_is_wholly_right_as_pdf(tmp_path):
    pdf = converted(written(tmp_path, NOTICE.text)[1], "pdf")
    if pdf is None:
        pytest.skip("no LibreOffice")
    assert found(pdf) == {name: values for name, values in NOTICE.truth.items() if values}


@pytest.mark.slow
@pytest.mark.skipif(not SEED.is_file(), reason="the notice does not lie beside the repository")
def test_the_notice_of_the_frameworks_is_wholly_right_in_every_form(tmp_path):
    plain, word = written(tmp_path, SEED.read_text(encoding="utf-8"))
    forms = [plain, word, *filter(None, (converted(word, "pdf"), converted(word, "doc"), converted(word, "odt")))]
    for path in forms:
        assert found(path) == {
            "number": ("荣教政发〔2023〕78号",),
            "title": ("关于成立全国学前教育普及普惠区和义务教育优质均衡发展区创建工作专班的通知",),
            "kind": ("通知",),
            "issuer": ("重庆市荣昌区教育委员会", "重庆市荣昌区人民政府教育督导室"),
            "date": ("2023-08-30",),
            "recipients": ("各中小学、幼儿园，各学区、督导责任区，教委机关各科室（中心）",),
            "attachments": ("荣昌区创建全国学前教育普及普惠区工作职责表", "荣昌区创建全国义务教育优质均衡发展区工作职责表"),
        }, path.suffix
