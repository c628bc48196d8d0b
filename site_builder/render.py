"""Drawing planned pages as HTML. The only module that uses jinja2.

Autoescape is on for every template and an unknown name is an error. Links on a page are relative to that page (links.href).
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from schema.messages import Language, codes, message
from site_builder import links
from site_builder.pages.page import Page
from site_builder.pages.receipt import ReceiptView
from site_builder.survey import local

_MONTHS = "January February March April May June July August September October November December".split()
WORDS_FILE = "static/words.js"
_WORDS = "site.js."
_SAY = """function tell(code, values) {
  return WORDS[code].replace(/\\{([a-z]+)\\}/g, function (whole, name) { return String(values[name]); });
}
"""
_TEXT_RULES = ("fold.py", "grams.py", "match.py", "described.py")


@dataclass(frozen=True, slots=True)
class Chrome:
    """What every page of a site shows around its own content. `search`: whether there is a search page to go to."""

    title: str
    district: str
    as_of: str
    due: str
    until: str
    points_page: str
    search: bool
    language: Language = "zh"


def render(page: Page, chrome: Chrome) -> bytes:
    """Return `page` as the UTF-8 bytes of an HTML file, for the same values always the same."""
    template = _environment(chrome.language).get_template(page.template)
    link = partial(links.href, page.path)
    return template.render(page=page, view=page.view, site=chrome, link=link).encode()


def render_receipt(view: ReceiptView) -> bytes:
    """Return a receipt as one HTML file that needs no other: its own style inside, named by its hash, and no script at all."""
    digest = b64encode(hashlib.sha256(_template("receipt.css").encode()).digest()).decode()
    return _environment("zh").get_template("receipt.html").render(view=view, style_digest=digest).encode()


def fingerprint() -> str:
    """Return a digest of everything pages are made with: programs, templates, static files, sentences."""
    digest = hashlib.sha256()
    for name, data in (*_programs(), *_sources(), *static_files()):
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    for table in sorted((files("schema") / "data" / "messages").iterdir(), key=lambda table: table.name):
        digest.update(table.read_bytes())
    return digest.hexdigest()


def words(language: Language) -> bytes:
    """Return the script with the words of all scripts in `language`, and the function that fills them in: tell(code, values)."""
    known = {code.removeprefix(_WORDS): message(code).pattern(language) for code in sorted(codes()) if code.startswith(_WORDS)}
    table = json.dumps(known, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    return f'"use strict";\nvar WORDS = {table};\n{_SAY}'.encode()


def static_files() -> tuple[tuple[str, bytes], ...]:
    """Return the files that are shipped as they are, by their name in the site."""
    folder = files("site_builder") / "static"
    return tuple(sorted((f"static/{entry.name}", entry.read_bytes()) for entry in folder.iterdir() if "." in entry.name[1:]))


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    day, moment = partial(_date, language), partial(_moment, language)
    environment.filters |= {"number": _number, "percent": _percent, "date": day, "moment": moment, "strong": _strong}
    environment.globals["say"] = partial(_say, language)
    return environment


def _template(name: str) -> str:
    return (files("site_builder") / "templates" / name).read_text(encoding="utf-8")


def _sources() -> tuple[tuple[str, bytes], ...]:
    folder = files("site_builder") / "templates"
    return tuple(sorted((entry.name, entry.read_bytes()) for entry in folder.iterdir() if entry.name.endswith(".html")))


def _programs() -> tuple[tuple[str, bytes], ...]:
    """Return our own sources and those of the text rules: an index or a page made by others is made again."""
    folders = (files("site_builder"), files("site_builder") / "pages", files("indexer"), files("indexer") / "official")
    return tuple(
        (entry.name, entry.read_bytes())
        for folder in folders
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".py") and (folder.name != "indexer" or entry.name in _TEXT_RULES)
    )


def _say(language: Language, code: str, **params: object) -> str:
    return message(code, **params).text(language)


def _strong(sentence: str) -> Markup:
    """Return a sentence with what stands between asterisks made bold, everything in it escaped."""
    pieces = (
        Markup("<b>{}</b>").format(piece) if place % 2 else escape(piece) for place, piece in enumerate(sentence.split("*"))
    )
    return Markup("").join(pieces)


def _number(value: int) -> str:
    return f"{value:,}"


def _percent(part: int, whole: int) -> str:
    """Return a share to one digit, rounded down, so that 100% always means all of them; "—" of nothing."""
    return f"{part * 1000 // whole / 10:.1f}%" if whole else "—"


def _date(language: Language, moment: str) -> str:
    """Return the day of a moment in words; of no moment the word for "none yet"."""
    if not moment:
        return _say(language, "site.no-data")
    value = local(moment)
    month = value.month if language == "zh" else _MONTHS[value.month - 1]
    return _say(language, "site.day", year=value.year, month=month, day=value.day)


def _moment(language: Language, moment: str) -> str:
    shown = _date(language, moment)
    return f"{shown} {local(moment):%H:%M}" if "T" in moment else shown
