from indexer.display import block_at
from indexer.reading import Block, Reading
from indexer.recognition import Recognised, merged, waiting
from schema.messages import message
from schema.model import TextStatus

SCANNED = message("reading.warning.scanned", pages="2-3")
READING = Reading(
    TextStatus.PARTIAL,
    "pdf",
    3,
    (Block(1, "body", "有文字的一页"), Block(2, "body", "— 2 —"), Block(2, "attachment", "附件.xlsx")),
    warnings=(SCANNED,),
    engine="pypdfium2 5",
    scans=(2, 3),
)


def seen(page: int | None, text: str, confidence: float = 0.9) -> Recognised:
    return Recognised((Block(page, "ocr", text, confidence),), "rapidocr 3")


def test_nothing_changes_while_nothing_was_recognised():
    assert merged(READING, {}) is READING
    assert merged(READING, {2: Recognised((), "rapidocr 3"), 7: seen(7, "别处")}) == READING
    assert waiting(READING, {2: seen(2, "二")}) == (3,)


def test_pages_come_in_order_and_replace_the_few_characters_read_there():
    whole = merged(READING, {3: seen(3, "第三页", 0.7), 2: seen(2, "第二页 — 2 —", 1.0)})
    assert [(block.page, block.where, block.text) for block in whole.blocks] == [
        (1, "body", "有文字的一页"),
        (2, "attachment", "附件.xlsx"),
        (2, "ocr", "第二页 — 2 —"),
        (3, "ocr", "第三页"),
    ]
    assert (whole.status, whole.engine) == (TextStatus.OK, "pypdfium2 5 + rapidocr 3")
    assert whole.warnings == (message("reading.warning.recognised", pages="2-3", percent=92),)
    assert whole.warnings[0].text("zh")


def test_pages_that_failed_keep_the_reading_partial():
    half = merged(READING, {2: seen(2, "第二页"), 3: Recognised((), "rapidocr 3", "timeout")})
    assert half.status is TextStatus.PARTIAL
    assert half.warnings[1] == message("reading.warning.scanned", pages="3")
    assert waiting(READING, {2: seen(2, "二"), 3: Recognised((), "rapidocr 3", "timeout")}) == ()
    assert waiting(READING, {2: seen(2, "二"), 3: Recognised((), "rapidocr 3", "timeout")}, "rapidocr 3") == (3,)
    assert waiting(READING, {2: seen(2, "二"), 3: seen(3, "三")}, "rapidocr 4") == (2, 3)


def test_other_losses_are_not_forgotten():
    lost = message("reading.warning.lost-pages", pages="4")
    found = merged(Reading(TextStatus.PARTIAL, "pdf", 4, scans=(1,), warnings=(SCANNED, lost)), {1: seen(1, "一")})
    assert (found.status, found.warnings[1:]) == (TextStatus.PARTIAL, (lost,))


def test_pictures_without_pages_are_appended():
    found = merged(
        Reading(TextStatus.NEEDS_OCR, "docx", blocks=(Block(None, "body", "附图"),), scans=(1,)), {1: seen(None, "图中字")}
    )
    assert (found.status, found.text) == (TextStatus.OK, "附图\n图中字")


def test_the_block_of_an_offset_is_found():
    reading = merged(READING, {2: seen(2, "二"), 3: seen(3, "三")})
    text = "\n".join(block.text for block in reading.blocks)
    for piece in ("有文字", "附件", "二", "三"):
        block = block_at(reading, text.index(piece))
        assert block is not None
        assert piece in block.text
    assert block_at(reading, len(text) + 5) is None
