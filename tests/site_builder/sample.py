"""A small invented district: two frameworks whose codes repeat, units of several kinds, documents with texts."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from schema.coverage import Status
from schema.findings import Finding
from schema.messages import message
from schema.model import (
    Basis,
    Dimension,
    Document,
    DocumentState,
    Duty,
    Facts,
    Framework,
    Indicator,
    Item,
    Metric,
    Point,
    PointRef,
    Scope,
    Tag,
    TagState,
    TextStatus,
    Unit,
    UnitKind,
    Window,
)
from site_builder.data import Audience, PageTexts, SiteData
from tests.site_builder.statuses import cell

RESIDENT = "500153199003071232"  # checked in test_privacy: a number with a right check digit, of nobody
PHONE = "13800138000"
CARD = "6222021234567890128"
EMAIL = "zhang.san@example.com"
CREDIT_CODE = "91350100M000100Y43"  # the example of GB 32100
CANARIES = (RESIDENT, PHONE, CARD, EMAIL)

KINDERGARTENS = (UnitKind.KINDERGARTEN,)
SCHOOLS = (UnitKind.PRIMARY, UnitKind.JUNIOR)


def point(framework: str, number: int, indicator: str, text: str, kinds: tuple[UnitKind, ...]) -> Point:
    metrics = (Metric("入园率", "%", ">=", (("all", "85"),)),) if number == 1 else ()
    items = (Item(f"要点{number}的年度统计表", ("统计",), "source:S1"), Item(f"要点{number}的自查报告", ("自查",), "judgement"))
    scope = Scope.DISTRICT if UnitKind.DEPARTMENT in kinds else Scope.UNIT
    return Point(PointRef(framework, number), indicator, text, scope, kinds, (), Window(), metrics, items if number % 3 else ())


def frameworks() -> tuple[Framework, ...]:
    preschool = Framework(
        "preschool", "学前教育普及普惠", "学前", "2024.1", "样例通知 附件1", ("学前", "幼儿园"), KINDERGARTENS,
        (Dimension("A1", "普及普惠水平"), Dimension("A2", "政府保障情况")),
        (Indicator("B1", "入园率", "A1"), Indicator("B2", "覆盖率", "A1"), Indicator("B3", "财政投入", "A2")),
        (
            point("preschool", 1, "B1", "学前三年毛入园率达到85%以上。", (UnitKind.DEPARTMENT,)),
            point("preschool", 2, "B2", "公办园和普惠性民办园在园幼儿占比达到80%以上。", KINDERGARTENS),
            point("preschool", 3, "B3", "落实公办园生均公用经费财政补助标准。", KINDERGARTENS),
            point("preschool", 4, "B3", "幼儿园收费标准动态调整。", KINDERGARTENS),
        ),
    )  # fmt: skip
    compulsory = Framework(
        "compulsory", "义务教育优质均衡", "义教", "2024.1", "样例通知 附件2", ("义教", "义务教育"), SCHOOLS,
        (Dimension("A1", "资源配置"),),
        (Indicator("B1", "教师配置", "A1"), Indicator("B2", "校舍", "A1")),
        (
            point("compulsory", 1, "B1", "每百名学生拥有高于规定学历教师数达标。", SCHOOLS),
            point("compulsory", 2, "B2", "所有小学、初中每12个班级配备音乐、美术专用教室1间以上。", SCHOOLS),
        ),
    )  # fmt: skip
    return preschool, compulsory


UNITS = (
    Unit("001", "示例第一幼儿园", UnitKind.KINDERGARTEN, public=True, township="青石镇", pupils=180),
    Unit("002", "小太阳幼儿园", UnitKind.KINDERGARTEN, public=False, inclusive=True, contact="王示例"),
    Unit("清溪小学", "清溪小学", UnitKind.PRIMARY, public=True, opened=1998),
    Unit("004", "示例初级中学", UnitKind.JUNIOR),
    Unit("基础科", "基础科", UnitKind.DEPARTMENT),
)
DUTIES = (
    Duty("preschool", 1, 2, ("基础科",), ("赵示例",), 1, 1),
    Duty("preschool", 3, 4, ("财务科", "基础科"), ("钱示例", "赵示例"), 3, 3),
    Duty("compulsory", 1, 2, ("人事科",), ("孙示例",), 1, 1),
)
PRESCHOOL_2, PRESCHOOL_3 = PointRef("preschool", 2), PointRef("preschool", 3)
COMPULSORY_2 = PointRef("compulsory", 2)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def document(number: int, name: str, unit: str, points: tuple[PointRef, ...] = (), **facts: object) -> Document:
    tags = tuple(Tag(ref, TagState.ASSIGNED, Basis.FOLDER, 1.0, message("site.basis.folder")) for ref in points)
    return Document(
        f"d{number:04d}", number, sha(f"{number}{name}"), 1000, unit, name, f"{unit}/{name}", f"档案/{unit}/{name}",
        f"2024-05-{1 + number % 9:02d}T02:00:00+00:00", 1, "", DocumentState.CURRENT,
        Facts(**({"text_status": TextStatus.OK, "kind": name.rpartition(".")[2]} | facts)), tags,  # type: ignore[arg-type]
    )  # fmt: skip


DOCUMENTS = (
    document(
        1, "收费公示.docx", "001", (PRESCHOOL_2, PRESCHOOL_3),
        title="示例第一幼儿园2023年收费公示", doc_number="示教发〔2023〕78号", date="2023-09-01", pages=2,
    ),
    document(2, "补助花名册.xlsx", "002", (PRESCHOOL_3,), title="生均公用经费补助花名册", date="2022-12-31"),
    document(
        3, "音乐教室.pdf", "清溪小学", (COMPULSORY_2,),
        title="音乐、美术专用教室面积测量表", doc_number="示教发〔2022〕5号", date="2022-03-05", pages=3,
    ),
    replace(
        document(4, "杂项.txt", "004", title="未写编号的总结"),
        tags=(Tag(COMPULSORY_2, TagState.PROPOSED, Basis.CONTENT, 0.6, message("site.basis.content")),),
    ),
    document(5, "扫描件.pdf", "清溪小学", (), text_status=TextStatus.NEEDS_OCR, pages=4),
)  # fmt: skip
FIRST_PAGE = f"收费标准按文件执行。联系人电话{PHONE}，信用代码{CREDIT_CODE}。\n保教费每月 800 元，C1 不是 C12。"
SECOND_PAGE = "第二页写着稀奇的词：云开月明。\n公办园在园幼儿占\n比达到 85.5% 以上。"
TEXTS: dict[str, PageTexts] = {
    DOCUMENTS[0].sha256: ((1, FIRST_PAGE), (2, SECOND_PAGE)),
    DOCUMENTS[1].sha256: ((None, f"姓名 身份证号 银行卡\n张某某 {RESIDENT} {CARD}\n邮箱 {EMAIL}"),),
    DOCUMENTS[2].sha256: ((1, "测量表"), (2, "音乐教室 96 平方米，美术教室 90 平方米。"), (3, "清溪小学盖章")),
    DOCUMENTS[3].sha256: ((None, "年度总结，提到生均公用经费。"),),
}
CELLS = (
    cell("基础科", PointRef("preschool", 1), Status.MISSING),
    cell("001", PRESCHOOL_2, Status.VERIFIED, (DOCUMENTS[0].id,)),
    cell("002", PRESCHOOL_2, Status.MISSING),
    cell("001", PRESCHOOL_3, Status.SUBMITTED, (DOCUMENTS[0].id,)),
    cell("002", PRESCHOOL_3, Status.SUBMITTED, (DOCUMENTS[1].id,)),
    cell("001", PointRef("preschool", 4), Status.NOT_APPLICABLE),
    cell("002", PointRef("preschool", 4), Status.NOT_APPLICABLE),
    cell("清溪小学", PointRef("compulsory", 1), Status.MISSING),
    cell("004", PointRef("compulsory", 1), Status.MISSING),
    cell("清溪小学", COMPULSORY_2, Status.VERIFIED, (DOCUMENTS[2].id,)),
    cell("004", COMPULSORY_2, Status.VERIFIED, (DOCUMENTS[2].id,)),
)
FINDINGS = (
    Finding("file-needs-ocr", DOCUMENTS[4].id, message("site.reading.needs-ocr"), "清溪小学", "扫描件.pdf"),
    Finding("refused", "004/run.exe", message("site.outcome.rejected"), "004", "run.exe"),
)
LEDGER = (("new", 5), ("version", 1), ("duplicate", 2), ("rejected", 1), ("ignored", 3), ("pending", 0))


def data(audience: Audience = Audience.TASKFORCE, **changes: object) -> SiteData:
    whole = SiteData(
        "示例区迎评材料档案", "示例区", frameworks(), DUTIES, UNITS, DOCUMENTS, CELLS, FINDINGS, LEDGER,
        "2024-05-06T18:00:00+08:00", "2024-05-15", audience,
    )  # fmt: skip
    return replace(whole, **changes)  # type: ignore[arg-type]


def texts(sha256: str) -> PageTexts | None:
    return TEXTS.get(sha256)
