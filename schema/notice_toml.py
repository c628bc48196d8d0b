"""Drafts as the TOML files that frameworks and duties are, every inference marked where a person will see it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from schema.messages import Message, message
from schema.model import Condition, Framework, Item, Level, Metric, Point, Window
from schema.notice import Draft, Span

_NEAR = 0.7  # a figure or a few words changed; two points of one framework are nowhere near as like
_WORDS_A_LINE = 12


def framework_toml(draft: Draft, identity: str, like: Framework | None) -> str:
    """Return a framework file for a draft.

    What a notice does not say (scope, times, items) is taken from `like` for points with the same text, or nearly the same, and
    else set to something; the latter two are marked.
    """
    known = {point.text: point for point in like.points} if like else {}
    changed = sum(text not in known for _indicator, text in draft.points)
    told = message("notice-import.new-version", count=changed, version=like.version) if like and changed else None
    lines = [
        *_notes(draft.notes, ""),
        "format = 1",
        f"id = {_text(identity)}",
        f"title = {_text(like.title if like else draft.title)}",
        f"short = {_text(like.short if like else identity)}",
        *([_comment(told.text("zh"))] if told else []),
        f"version = {_text(like.version if like and not changed else 'draft')}",
        f"source = {_text(draft.source or (like.source if like else draft.title))}",
        *([] if like else [_comment(message("notice-import.kinds").text("zh"))]),
        f"words = {_texts(like.words if like else (draft.title,))}",
        *([f"hints = {_texts(like.hints)}"] if like and like.hints else []),
        f"kinds = {_texts(like.kinds if like else ('primary',))}",
    ]
    for dimension in draft.dimensions:
        lines += ["", *_notes(draft.notes, dimension.code), "[[dimension]]", f"code = {_text(dimension.code)}"]
        lines.append(f"title = {_text(dimension.title)}")
    for indicator in draft.indicators:
        lines += ["", *_notes(draft.notes, indicator.code), "[[indicator]]", f"code = {_text(indicator.code)}"]
        lines += [f"title = {_text(indicator.title)}", f"dimension = {_text(indicator.dimension)}"]
    for number, (indicator_code, text) in enumerate(draft.points, start=1):
        lines += ["", *_notes(draft.notes, f"C{number}"), "[[point]]", f"code = {_text(f'C{number}')}"]
        lines += [f"indicator = {_text(indicator_code)}", f"text = {_text(text)}"]
        lines += _rest(known[text]) if text in known else _guess(text, like.points if like else ())
    return "\n".join(lines) + "\n"


def duties_toml(drafts: Iterable[tuple[str, Draft]], district: str) -> str:
    """Return a duties file for drafts, each with its framework's id."""
    drafts = tuple(drafts)
    source = next((draft.source for _identity, draft in drafts if draft.source), district)
    lines = ["format = 1", f"district = {_text(district)}", f"title = {_text(district)}", f"source = {_text(source)}"]
    for identity, draft in drafts:
        for span in draft.spans:
            lines += ["", *_notes(draft.span_notes, f"C{span.first}"), *_inferred(span)]
            lines += ["[[duty]]", f"framework = {_text(identity)}", f"first = {_text(f'C{span.first}')}"]
            lines += [f"last = {_text(f'C{span.last}')}", f"departments = {_texts(span.departments)}"]
            lines += [f"persons = {_texts(span.persons)}", f"departments_at = {_text(f'C{span.departments_at}')}"]
            lines.append(f"persons_at = {_text(f'C{span.persons_at}')}")
    return "\n".join(lines) + "\n"


def _notes(notes: Iterable[Message], code: str) -> Iterator[str]:
    """Yield the notes about one entry as comments, or those about none."""
    return (_comment(note.text("zh")) for note in notes if dict(note.params).get("code", "") == code)


def _inferred(span: Span) -> Iterator[str]:
    """Yield what of a span is not printed row by row."""
    printed = {span.departments_at} & {span.persons_at}
    bare = [f"C{number}" for number in range(span.first, span.last + 1) if number not in printed]
    if bare:
        at = {"departments_at": f"C{span.departments_at}", "persons_at": f"C{span.persons_at}"}
        yield _comment(message("notice-import.merged", codes="、".join(bare), **at).text("zh"))
    if len(span.departments) > 1:
        yield _comment(message("notice-import.paired").text("zh"))


def _guess(text: str, points: tuple[Point, ...]) -> Iterator[str]:
    """Yield the rest of a point that no known framework has: that of the nearest of `points`, or something to begin with."""
    near = max(points, key=lambda point: _likeness(point.text, text), default=None)
    if near is not None and _likeness(near.text, text) >= _NEAR:
        yield _comment(message("notice-import.near", code=near.code, text=near.text).text("zh"))
        yield from _rest(near)
        return
    yield _comment(message("notice-import.guess").text("zh"))
    yield from ('scope = "district"', 'kinds = ["department"]', 'window = { unit = "year", last = 1 }')


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _rest(point: Point) -> Iterator[str]:
    """Yield what a framework says of a point beside its text."""
    yield f"scope = {_text(point.scope)}"
    yield f"kinds = {_texts(point.kinds)}"
    if point.applies:
        yield f"applies = [{', '.join(_alternative(entry) for entry in point.applies)}]"
    yield f"window = {_window(point.window)}"
    if point.metrics:
        yield from ("metrics = [", *(f"  {_metric(metric)}," for metric in point.metrics), "]")
    if point.items:
        yield from ("items = [", *(f"  {_item(item)}," for item in point.items), "]")
    if point.restricted:
        yield "restricted = true"
    if point.words:
        yield from ("words = [", *_lines_of(point.words), "]")


def _lines_of(words: tuple[str, ...]) -> Iterator[str]:
    for start in range(0, len(words), _WORDS_A_LINE):
        yield f"  {', '.join(map(_text, words[start : start + _WORDS_A_LINE]))},"


def _alternative(entry: tuple[Condition, ...]) -> str:
    by_fact: dict[str, list[Condition]] = {}
    for part in entry:
        by_fact.setdefault(part.fact, []).append(part)
    return "{ " + ", ".join(f"{fact} = {_condition(parts)}" for fact, parts in by_fact.items()) + " }"


def _condition(parts: list[Condition]) -> str:
    if parts[0].operator == "is":
        return "true" if parts[0].value else "false"
    return "{ " + ", ".join(f"{part.operator} = {part.value}" for part in parts) + " }"


def _window(window: Window) -> str:
    if window.once:
        return "{ once = true }"
    return f"{{ since = {window.since} }}" if window.since else f"{{ unit = {_text(window.unit)}, last = {window.last} }}"


def _metric(metric: Metric) -> str:
    parts = {
        "name": _text(metric.name), "unit": _text(metric.unit), "comparator": _text(metric.comparator),
        "thresholds": _table(metric.thresholds),
    }  # fmt: skip
    return _inline(parts | ({"spread": _table(metric.spread)} if metric.spread else {}))


def _item(item: Item) -> str:
    parts = {"title": _text(item.title), "keywords": _texts(item.keywords), "basis": _text(item.basis)}
    more = {
        "level": _text(item.level) if item.level is not Level.MUST else "", "per": _text(item.per) if item.per else "",
        "count": str(item.count) if item.count > 1 else "", "any_of": _text(item.group) if item.group else "",
        "from": _text(item.giver) if item.giver else "", "valid": str(item.valid) if item.valid else "",
    }  # fmt: skip
    return _inline(parts | {key: value for key, value in more.items() if value})


def _inline(parts: dict[str, str]) -> str:
    return "{ " + ", ".join(f"{key} = {value}" for key, value in parts.items()) + " }"


def _table(pairs: Iterable[tuple[str, str]]) -> str:
    return _inline({_text(key): _text(value) for key, value in pairs})


def _comment(text: str) -> str:
    return "# " + " ".join(text.split())


def _texts(values: Iterable[str]) -> str:
    return "[" + ", ".join(_text(value) for value in values) + "]"


def _text(value: str) -> str:
    # A basic string of TOML knows the escapes of JSON, and 0x7F beside.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007F")
