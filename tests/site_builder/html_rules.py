"""What the HTML standard demands of the elements our pages use, checked on the tree of a parser that reports every error.

html5lib gives the syntax: each parse error of the standard has a code. The rest is the part of the content models and of the
attribute tables (https://html.spec.whatwg.org/multipage/indices.html) that our templates use; an element or attribute outside
it is a fault too, so that nothing slips in unchecked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib

_GLOBAL = {"id", "class", "hidden", "tabindex", "title", "lang", "role"}
# Elements we use with the attributes the standard allows them beside the global ones.
_ATTRIBUTES: dict[str, set[str]] = {
    "html": set(), "head": set(), "title": set(), "body": set(), "main": set(), "header": set(), "footer": set(), "nav": set(),
    "section": set(), "article": set(), "aside": set(), "div": set(), "p": set(), "span": set(), "b": set(), "abbr": set(),
    "code": set(), "progress": {"max", "value"},
    "small": set(), "h1": set(), "h2": set(), "h3": set(), "ul": set(), "ol": set(), "li": set(), "dl": set(), "dt": set(),
    "dd": set(), "figure": set(), "figcaption": set(), "noscript": set(), "details": {"open"}, "summary": set(), "mark": set(),
    "table": set(), "caption": set(), "thead": set(), "tbody": set(), "tfoot": set(), "tr": set(), "td": {"colspan"},
    "th": {"scope", "colspan", "abbr"}, "a": {"href", "rel", "download"}, "img": {"src", "alt", "width", "height"},
    "meta": {"charset", "name", "content", "http-equiv"}, "link": {"rel", "href"}, "script": {"src", "defer"},
    "form": {"method", "action"}, "label": {"for"}, "button": {"type", "disabled"},
    "input": {"type", "name", "value", "autocomplete", "placeholder", "required"}, "select": {"name"}, "option": {"value"},
    "svg": {"viewBox"}, "line": {"x1", "x2", "y1", "y2"}, "text": {"x", "y", "text-anchor"}, "polyline": {"points"},
}  # fmt: skip
_CHILDREN = {
    "ul": {"li"}, "ol": {"li"}, "dl": {"div", "dt", "dd"}, "table": {"caption", "thead", "tbody", "tfoot"}, "thead": {"tr"},
    "tbody": {"tr"}, "tfoot": {"tr"}, "tr": {"th", "td"}, "select": {"option"},
}  # fmt: skip
_PHRASING_ONLY = {"p", "h1", "h2", "h3", "span", "b", "small", "abbr", "dt", "summary", "label", "button", "caption", "mark"}
_BLOCK = {"p", "div", "ul", "ol", "dl", "table", "section", "h1", "h2", "h3", "form", "figure", "nav", "article", "aside"}
_INTERACTIVE = {"a", "button", "input", "select", "label", "details"}
_NEEDED = {"img": "alt", "button": "type", "a": "href", "th": "scope", "form": "action"}


def faults(page: str) -> list[str]:
    """Return everything wrong with a page, each in a few words; nothing for a valid one."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root = parser.parse(page, scripting=True)
    told = [f"line {place[0]}: {code}" for place, code, _ in parser.errors]
    if not page.startswith("<!DOCTYPE html>"):
        told.append("the page has to begin with its doctype")
    return (
        told
        + [fault for element, above in _walk(root, ()) for fault in _element(element, above)]
        + _references(root)
        + _outline(root)
    )


def _walk(element: Element, above: tuple[str, ...]) -> Iterator[tuple[Element, tuple[str, ...]]]:
    if not isinstance(element.tag, str):
        return
    yield element, above
    for child in element:
        yield from _walk(child, (*above, _name(element)))


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _element(element: Element, above: tuple[str, ...]) -> Iterator[str]:
    name = _name(element)
    if name not in _ATTRIBUTES:
        yield f"{name}: an element that is not among those checked"
        return
    for attribute in element.attrib:
        if attribute not in _GLOBAL | _ATTRIBUTES[name] and not attribute.startswith(("aria-", "data-")):
            yield f"{name}: attribute {attribute}"
    if name in _NEEDED and _NEEDED[name] not in element.attrib:
        yield f"{name} without {_NEEDED[name]}"
    if element.attrib.get("http-equiv") == "X-UA-Compatible" and element.attrib.get("content") != "IE=edge":
        yield "X-UA-Compatible is IE=edge and nothing else"
    yield from _place(name, above)


def _place(name: str, above: tuple[str, ...]) -> Iterator[str]:
    parent = above[-1] if above else ""
    if parent in _CHILDREN and name not in _CHILDREN[parent]:
        yield f"{parent} > {name}"
    if name in _BLOCK and parent in _PHRASING_ONLY:
        yield f"{parent} > {name}"
    if name in _INTERACTIVE and {"a", "button"} & set(above):
        yield f"{name} nested in what is clicked already"


def _references(root: Element) -> list[str]:
    ids = Counter(element.attrib["id"] for element, _ in _walk(root, ()) if "id" in element.attrib)
    told = [f"id {name} twice" for name, number in ids.items() if number > 1]
    for element, _ in _walk(root, ()):
        href = element.attrib.get("href", "")
        wanted = [href[1:]] if href.startswith("#") else []
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            wanted += element.attrib.get(attribute, "").split()
        told += [f"{_name(element)} points to {name}, which is not there" for name in wanted if name not in ids]
    return told


def _outline(root: Element) -> list[str]:
    levels = [int(_name(element)[1]) for element, _ in _walk(root, ()) if _name(element) in ("h1", "h2", "h3")]
    told = [] if levels.count(1) == 1 else [f"{levels.count(1)} headings h1"]
    return told + [f"h{level} right below h{before}" for before, level in pairwise(levels) if level > before + 1]
