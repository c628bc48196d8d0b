"""A district edits these files by hand: every fault is told at once, with its file, line and place."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from schema.duties import check, load_duties
from schema.errors import FaultsError
from schema.frameworks import load_frameworks
from schema.model import UnitKind

SMALL = """format = 1
id = "small"
title = "小型指标体系"
short = "小型"
version = "1"
source = "测试〔2024〕1号"
words = ["小型体系"]
kinds = ["primary"]

[[dimension]]
code = "A1"
title = "维度"

[[indicator]]
code = "B1"
title = "指标"
dimension = "A1"

[[point]]
code = "C1"
indicator = "B1"
text = "第一个要点。"
scope = "unit"
kinds = ["primary"]
applies = [{ pupils = { below = 100 } }, { public = true, boarding = false }]
window = { unit = "year", last = 2 }
metrics = [
  { name = "人数", unit = "人", comparator = "<=", thresholds = { all = "45" } },
]
items = [
  { title = "名册", keywords = ["名册"], basis = "judgement" },
]

[[point]]
code = "C2"
indicator = "B1"
text = "第二个要点。"
scope = "district"
kinds = ["department"]
window = { once = true }
"""
DUTIES = """format = 1
district = "hill"
title = "山区"
source = "测试〔2024〕2号"

[[duty]]
framework = "small"
first = "C1"
last = "C1"
departments = ["甲科"]
persons = ["某甲"]
departments_at = "C1"
persons_at = "C1"

[[duty]]
framework = "small"
first = "C2"
last = "C2"
departments = ["乙科"]
persons = ["某乙"]
departments_at = "C2"
persons_at = "C2"
"""
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(framework: str | bytes = SMALL, duties: str = DUTIES) -> Path:
        for name, text in (("frameworks/small.toml", framework), ("duties/hill.toml", duties)):
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return put


def told(folder: Path) -> list[str]:
    """Return what is told, without the folders: a framework's file is in frameworks, the duties' in duties."""
    found = check(folder)
    assert all(
        fault.file == f"{'duties' if fault.file.endswith('hill.toml') else 'frameworks'}/{Path(fault.file).name}"
        for fault in found
    )
    return [fault.text("zh").partition("/")[2] for fault in found]


def test_a_district_adds_a_framework_and_its_own_duties(write):
    folder = write()
    assert told(folder) == []
    assert [framework.id for framework in load_frameworks(folder)] == ["preschool", "compulsory", "small"]
    (small,) = load_frameworks(folder, ("small",))
    assert [point.code for point in small.points] == ["C1", "C2"]
    assert small.points[0].kinds == (UnitKind.PRIMARY,)
    assert len(small.points[0].applies) == 2
    assert small.hints == ()
    assert [duty.departments for duty in load_duties(folder, "hill")] == [("甲科",), ("乙科",)]


def test_a_file_of_the_same_name_replaces_the_shipped_one(tmp_path):
    shipped = (files("schema") / "data" / "frameworks" / "preschool.toml").read_text(encoding="utf-8")
    (tmp_path / "frameworks").mkdir()
    own = shipped.replace("毛入园率达到85%以上", "毛入园率达到90%以上")
    (tmp_path / "frameworks" / "preschool.toml").write_text(own, encoding="utf-8-sig", newline="\r\n")
    preschool, compulsory = load_frameworks(tmp_path)
    assert preschool.points[0].text == "学前三年毛入园率达到90%以上。"
    assert compulsory == load_frameworks()[1]
    assert load_frameworks(None, ("compulsory", "preschool"))[1].points[0].text == "学前三年毛入园率达到85%以上。"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('scope = "unit"', 'scope = "units"', "small.toml:23:point[1].scope: 只能是：district, unit, mixed。"),
        ('scope = "district"', 'scope = "mixed"', "small.toml:39:point[2].kinds: 与 scope = \"mixed\" 不符"),
        ('kinds = ["primary"]\napplies', 'kinds = ["primary", "school"]\napplies', "small.toml:24:point[1].kinds: 只能是："),
        ("public = true", "privat = true", "small.toml:25:point[1].applies: “privat”写法不对。"),
        ("below = 100", "less = 100", "small.toml:25:point[1].applies: “pupils”写法不对。"),
        ("below = 100", "below = true", "small.toml:25:point[1].applies: “pupils”写法不对。"),
        ("last = 2", "last = 0", "small.toml:26:point[1].window: 应写作"),
        ('comparator = "<="', 'comparator = "≤"', "small.toml:28:point[1].metrics[1].comparator: 只能是："),
        ('{ all = "45" }', "{ all = 45 }", "small.toml:28:point[1].metrics[1].thresholds: 应写作"),
        ('keywords = ["名册"]', "keywords = []", "small.toml:31:point[1].items[1].keywords: 应为至少一个"),
        ('basis = "judgement"', 'basis = ""', "small.toml:31:point[1].items[1].basis: 应为不空的文字。"),
        ('indicator = "B1"\ntext = "第二', 'indicator = "B7"\ntext = "第二', "small.toml:36:point[2].indicator: “indicator”"),
        ('dimension = "A1"', 'dimension = "A2"', "small.toml:17:indicator[1].dimension: “dimension”指向的 A2 没有定义。"),
        ('code = "C2"', 'code = "C1"', "small.toml:35:point[2].code: 编号 C1 写了两次。"),
        ('code = "C2"', 'code = "C3"', "small.toml:point: 缺少编号 C2"),
        ('code = "C2"', 'code = "C02"', "small.toml:35:point[2].code: 应为编号，如 C1。"),
        ('text = "第二个要点。"\n', "", "small.toml:34:point[2]: 缺少“text”。"),
        ('text = "第二', 'txt = "第二', "small.toml:37:point[2].txt: 没有“txt”这一项。"),
        ("format = 1\n", "format = 2\n", "small.toml:1:format: 应写 1"),
        ('id = "small"', 'id = "smal"', "small.toml:2:id: 应与文件名相同：small"),
        ('words = ["小型体系"]', 'words = ["义教"]', "small.toml:words: “义教”已是 compulsory 的词"),
        ('title = "维度"', 'title = "维度', "small.toml:12: 写法有误："),
        ("[[dimension]]", "[dimension]", "small.toml:dimension: 应为若干节"),
    ],
)  # fmt: skip
def test_one_fault_in_a_framework(write, old, new, fault):
    assert old in SMALL
    faults = told(write(SMALL.replace(old, new)))
    assert any(line.startswith(fault) for line in faults), faults


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('persons = ["某甲"]', 'persons = ["某甲", "某丙"]', "hill.toml:11:duty[1].persons: 科室 1 个、责任人 2 人"),
        ('last = "C1"', 'last = "C2"', "hill.toml:17:duty[2].first: C2 已在 duty[1] 里"),
        ('last = "C2"', 'last = "C3"', "hill.toml:18:duty[2].last: 超出了体系的最后一个要点 C2。"),
        ('persons_at = "C2"', 'persons_at = "C1"', "hill.toml:22:duty[2].persons_at: 应在这一段之内：C2 到 C2。"),
        ('first = "C1"', 'first = "C2"', "hill.toml:9:duty[1].last: 起止颠倒：C2 到 C1。"),
        ('first = "C1"', 'first = "C2"', "hill.toml:duty: 小型 C1 没有责任科室。"),
        ('framework = "small"\nfirst = "C2"', 'framework = "tiny"\nfirst = "C2"', "hill.toml:16:duty[2].framework: 没有这个"),
        ('district = "hill"', 'district = "dale"', "hill.toml:2:district: 应与文件名相同：hill"),
        ("persons =", "person =", "hill.toml:6:duty[1]: 缺少“persons”。"),
    ],
)  # fmt: skip
def test_one_fault_in_the_duties(write, old, new, fault):
    assert old in DUTIES
    faults = told(write(SMALL, DUTIES.replace(old, new, 1)))
    assert any(line.startswith(fault) for line in faults), faults


def test_all_faults_of_all_files_come_at_once_and_each_once(write):
    framework = (
        SMALL.replace('scope = "unit"', 'scope = "x"')
        .replace("last = 2", "last = -1")
        .replace('"B1"\ntext = "第二', '"B2"\ntext = "第二')
    )
    folder = write(framework, DUTIES.replace('persons = ["某甲"]', 'persons = ["某甲", "某丙"]'))
    places = [f"{Path(fault.file).name}:{fault.place}" for fault in check(folder)]
    assert places == [
        "small.toml:23:point[1].scope", "small.toml:26:point[1].window", "small.toml:36:point[2].indicator",
        "hill.toml:11:duty[1].persons",
    ]  # fmt: skip
    with pytest.raises(FaultsError) as caught:
        load_frameworks(folder)
    assert len(caught.value.faults) == 3
    with pytest.raises(FaultsError) as caught:
        load_duties(folder, "hill")
    assert [fault.place for fault in caught.value.faults] == ["11:duty[1].persons"]


def test_a_file_saved_as_gbk_is_named_not_mangled(write):
    faults = told(write(SMALL.encode("gb18030")))
    assert faults == ["small.toml:3: 文件不是 UTF-8 编码。请用记事本另存为 UTF-8 再试。"]


def test_faults_are_told_in_english_too(write):
    (fault,) = check(write(SMALL.replace("last = 2", "last = 0")))
    assert fault.text("en").startswith("frameworks/small.toml:26:point[1].window: expected {")


def test_what_is_not_there_is_named_with_what_is():
    with pytest.raises(FaultsError) as caught:
        load_frameworks(ids=("preschool", "primary"))
    assert [fault.text("zh") for fault in caught.value.faults] == ["primary: 没有这个指标体系。可用：compulsory, preschool"]
    with pytest.raises(FaultsError) as caught:
        load_duties(district="nowhere")
    assert [fault.text("zh") for fault in caught.value.faults] == ["duties/nowhere.toml: 没有这份职责表。可用：rongchang"]


def test_an_empty_file_lacks_everything(write):
    faults = told(write("", DUTIES))
    assert sum("缺少" in fault for fault in faults) == 11


def test_a_framework_without_points_is_none(write):
    bare = "point = []\n" + SMALL[: SMALL.index("[[point]]")]
    assert told(write(bare))[0] == "small.toml:1:point: 应为若干节，写作 [[…]]。"
