"""The _另见.html of points whose evidence lies elsewhere in the tree.

It is stored once, under the first of its points; and what content alone speaks for lies unfiled until a person has confirmed it.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from html import escape
from urllib.parse import quote

from archive.layout import POINTER
from archive.opening import Archive
from archive.store import replace_file
from schema.messages import message
from schema.model import Document


def refresh_pointers(archive: Archive) -> int:
    """Write the pointers that the catalogue asks for, remove those it no longer does. Returns how many files changed."""
    folders = archive.district.layout.points
    wanted: defaultdict[str, list[Document]] = defaultdict(list)
    for document in archive.catalogue.shared():
        for point in document.points:
            if point in folders and not document.path.startswith(f"{folders[point]}/"):
                wanted[folders[point]].append(document)
    changed = 0
    for folder, documents in wanted.items():
        page = _page(folder, documents, {unit.id: unit.name for unit in archive.district.units})
        changed += replace_file(archive.home.tree / folder / POINTER, page.encode(), archive.home.staging)
    for folder in set(folders.values()) - wanted.keys():
        stale = archive.home.tree / folder / POINTER
        if stale.exists():
            stale.unlink()
            changed += 1
    return changed


def _page(folder: str, documents: list[Document], names: dict[str, str]) -> str:
    rows = "\n".join(_row(folder, document, names.get(document.unit, document.unit)) for document in documents)
    title = message("pointer.title").text("zh")
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>'
        f"{title}</title></head><body>\n<h1>{title}</h1>\n<p>{message('pointer.about').text('zh')}</p>\n<ul>\n{rows}\n</ul>\n</body></html>\n"
    )


def _row(folder: str, document: Document, unit_name: str) -> str:
    return f'<li>{escape(unit_name)}：<a href="{_link(folder, document.path)}">{escape(document.name)}</a></li>'


def _link(folder: str, path: str) -> str:
    return "/".join(quote(part) for part in posixpath.relpath(path, folder).split("/"))
