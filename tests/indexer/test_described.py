from indexer.described import PERSON, UNSURE, facts_of, paper
from indexer.reading import Block, Reading
from schema.model import Correction, TextStatus

TEXT = "青禾县教育局文件\n青教发〔2024〕7号\n关于值班的通知\n各校：\n请安排好值班。\n青禾县教育局\n2024年3月5日"


def scanned(text: str, *others: Block) -> Reading:
    return Reading(TextStatus.OK, "pdf", 1, (*others, Block(1, "ocr", text, 0.9)))


def said(element: str, *values: str) -> Correction:
    return Correction(element, values, "林主任", "原件", "2024-04-01T00:00:00+00:00")


def test_facts_are_taken_from_the_elements():
    facts = facts_of(Reading(TextStatus.OK, "docx", blocks=(Block(None, "body", TEXT),)), "甲.docx")
    assert (facts.title, facts.doc_number, facts.issuer, facts.date) == (
        "关于值班的通知", "青教发〔2024〕7号", "青禾县教育局", "2024-03-05",
    )  # fmt: skip


def test_a_date_recognised_in_a_scan_waits_and_counts_for_nothing():
    (date,) = [entry for entry in paper(scanned(TEXT), "甲.pdf") if entry.name == "date"]
    assert (date.values, date.rule) == (("2024-03-05",), UNSURE)
    facts = facts_of(scanned(TEXT), "甲.pdf")
    assert (facts.date, facts.title) == ("", "关于值班的通知")


def test_a_date_that_is_printed_beside_the_scan_is_sure():
    reading = scanned("骑缝章", Block(1, "body", TEXT))
    assert facts_of(reading, "甲.pdf").date == "2024-03-05"


def test_what_a_person_said_goes_before_every_rule_and_the_last_word_counts():
    corrections = (said("date", "2024-03-06"), said("number"), said("date", "2024-03-07"), said("issuer", "甲局", "乙局"))
    facts = facts_of(scanned(TEXT), "甲.pdf", corrections)
    assert (facts.date, facts.doc_number, facts.issuer) == ("2024-03-07", "", "甲局、乙局")
    rules = {entry.name: entry.rule for entry in paper(scanned(TEXT), "甲.pdf", corrections)}
    assert rules["date"] == rules["issuer"] == PERSON
    assert "number" not in rules


def test_what_a_person_said_of_an_unreadable_file_is_kept():
    facts = facts_of(Reading(TextStatus.ENCRYPTED, "docx"), "甲.docx", (said("title", "值班表"), said("date", "2024-05-06")))
    assert (facts.title, facts.date, facts.text_status) == ("值班表", "2024-05-06", TextStatus.ENCRYPTED)
