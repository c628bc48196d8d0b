"""What looks like a code of a point and is none: concrete C30, licence C1, vitamin C, plates, cameras, models, hashes. Pure."""

from __future__ import annotations

import re

# What stands before the letter. A province's character alone is no reason (更新C12): a plate has five characters more.
_BEFORE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("codes.vitamin", re.compile(r"(?:维生素|维他命|营养素|维[ABCDEK]|V[ABCDEK])\s*[:(]?\s*$", re.IGNORECASE)),
    ("codes.licence", re.compile(r"(?:驾照|驾驶证|驾驶员|准驾|准驾车型|持证类型)\s*[:(]?\s*$")),
    ("codes.concrete", re.compile(r"(?:混凝土|砼|强度等级|标号|垫层|钢筋)\s*[:(]?\s*$")),
    ("codes.model", re.compile(r"(?:型号|规格型号|型|号段)\s*[:(]?\s*$")),
    (
        "codes.serial",
        re.compile(
            r"(?:[图货批桌柜座房学工车牌款]号|编码|条码|批次|疫苗|航班|车次|展位|摊位|铺位|床位|座位|货架|机柜|仓库|库位|地铁|轻轨|公交|站台|检票|血型"
            r"|欧标|CEFR|剑桥|雅思)\s*[:(]?\s*$",
            re.IGNORECASE,
        ),
    ),
    ("codes.camera", re.compile(r"(?:IMG|DSC|DSCN|PIC|VID|MVIMG|SCAN|WIN|PXL|DJI|DOC|CAM)[-_ ]?[0-9]*[-_ ]?$", re.IGNORECASE)),
    ("codes.hash", re.compile(r"(?:(?:版本|版本号|ver(?:sion)?)[:.]?\s*|(?:^|[^0-9A-Za-z])v[0-9]+\.)$", re.IGNORECASE)),
    ("codes.model", re.compile(r"(?:TYPE|USB|HDMI)[-_ ]*$", re.IGNORECASE)),
)
# What stands after the number. 班额 belongs to a point, 班 does not.
_AFTER: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("codes.concrete", re.compile(r"\s*(?:级)?\s*(?:商品|预拌)?(?:混凝土|砼|垫层|商砼|等级混凝土|水泥|钢筋|@[0-9])")),
    (
        "codes.licence",
        re.compile(r"\s*(?:类|型|级)?\s*[)】]?\s*(?:机动车)?(?:驾照|驾驶证|驾驶|驾驶员|准驾|驾校|自动[挡档]|手动[挡档]|车型)"),
    ),
    (
        "codes.building",
        re.compile(
            r"\s*(?:号?(?:楼(?![道宇])|宿舍|教学楼)|栋|幢|座(?![谈位右])|单元|层(?![级次面])|车库|车位|泊位|停车|出口|入口|检票口|登机口|航站楼|展位|展厅|仓库|库房|货架|机柜|区[0-9栋楼])"
        ),
    ),
    ("codes.class", re.compile(r"\s*班(?!额|级|主任|子)")),
    ("codes.paper", re.compile(r"\s*(?:纸|信封|复印|打印纸|幅面|开本)")),
    ("codes.model", re.compile(r"\s*(?:型(?!幼)|类线|电源线|线缆|电缆|网线|插座|插头|接口|轿车|客车|飞机|大飞机|炸药|语言)")),
    ("codes.vitamin", re.compile(r"\s*(?:片(?=[与和、及]|$)|胶囊|口服液|维生素)")),
    (
        "codes.serial",
        re.compile(
            r"\s*(?:次(?:列车|航班|动车)|批次|级(?:食品|锅炉|防火|防雷|证书|考试|水平|油|轿车)|色(?=号|铅笔|$)|槽钢|语言)"
        ),
    ),
    ("codes.exam", re.compile(r"\s*卷(?!宗)")),
)
_PLATE_BEFORE = re.compile(r"[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云渝藏陕甘青宁新]\s*$")
_PLATE = re.compile(r"[·.\s]?[0-9A-Z]{5,6}(?![0-9A-Za-z])", re.IGNORECASE)
# The codes before it in a chain, glued or not: A2B8, A2-B8-, C1C2.
_CHAIN = re.compile(r"(?:^|[^0-9A-Za-z])(?:A[1-9][\s./·_—–-]*)?(?:[ABC][0-9]{1,2}[\s./·_—–-]*)+$", re.IGNORECASE)
# A date or a running number: 20240301C12, 01C12.
_NUMBERED = re.compile(r"(?:^|[^0-9A-Za-z])(?:0[0-9]|(?:19|20)[0-9]{2,6})$")
_JOINED = re.compile(r"[0-9A-Za-z]$")
_HYPHENED = re.compile(r"[A-Z][0-9A-Z]*-$")
_HASH = re.compile(r"(?=[0-9a-f-]*[abdef])(?=[0-9a-f-]*[0-9])[0-9a-f]+(?:-[0-9a-f]+)*", re.IGNORECASE)
_WORD = re.compile(r"[0-9A-Za-z-]+")
_HASH_DIGITS = 12


def not_a_code(text: str, start: int, end: int) -> str:
    """Return why the letter and number at `start`..`end` of `text` are no code, as a message code; "" when they may be one.

    `text` has been made plain ASCII where it was full-width or alike (schema.codes.plain).
    """
    before, after = text[:start], text[end:]
    if _PLATE_BEFORE.search(before) and _PLATE.match(text, start + 1):
        return "codes.plate"
    if _in_hash(text, start):
        return "codes.hash"
    for reason, pattern in _BEFORE:
        if pattern.search(before):
            return reason
    if _joined(before):
        return "codes.latin"
    for reason, pattern in _AFTER:
        if pattern.match(after):
            return reason
    return "codes.latin" if _goes_on(after) else ""


def _joined(before: str) -> bool:
    """Return whether a Latin word or number runs into the letter; codes before it and dates do not count."""
    if _CHAIN.search(before) or _NUMBERED.search(before):
        return False
    return bool(_JOINED.search(before) or _HYPHENED.search(before))


def _goes_on(after: str) -> bool:
    """Return whether a Latin word or number goes on after the number; a next code (B8C10, C1C2) may follow."""
    if re.match(r"[BC][0-9]", after, re.IGNORECASE):
        return False
    return after[:1].isascii() and after[:1].isalnum() and not re.match(r"(?:19|20)[0-9]{2}", after)


def _in_hash(text: str, start: int) -> bool:
    """Return whether the place lies in a long run of hexadecimal digits, the mark of a version or a download."""
    for match in _WORD.finditer(text):
        if match.start() <= start < match.end():
            letters = match[0].replace("-", "")
            return len(letters) >= _HASH_DIGITS and _HASH.fullmatch(match[0]) is not None
    return False
