"""Building a site: plan every page, ship the texts and their index, write what changed, the pointer last."""

from __future__ import annotations

import stat
from pathlib import Path

from schema.model import DocumentState
from site_builder import checking, links, shipping
from site_builder.audience import for_audience
from site_builder.data import Audience, BuildResult, SiteData
from site_builder.keys import digest
from site_builder.pages import gaps, plan
from site_builder.previews import Previews
from site_builder.publish import MARKER, Tree
from site_builder.records import Texts
from site_builder.render import WORDS_FILE, Chrome, fingerprint, render, static_files, words
from site_builder.survey import Survey

Originals = dict[str, tuple[Path, str]]


def build(
    data: SiteData,
    texts: Texts,
    out: Path,
    *,
    state: Path,
    originals: Path | None = None,
    previews: Previews | None = None,
    full: bool = False,
) -> BuildResult:
    """Bring the site in the folder `out` up to date with `data`.

    `texts` gives the text of a document by content hash. `state` is a file of ours outside `out`. `originals` is the archive
    tree: with the audience inspector, originals of the published types are copied from there, and `previews`; no other audience
    gets either. `full` looks at every file anew.
    The same values give the same bytes. Raises ArchiveError when `out` holds files that are not a site's.
    """
    tree = Tree(out, state, full=full)
    copied = _originals(data, originals)
    pictures = previews if previews and data.audience is Audience.INSPECTOR else Previews()
    survey = Survey(for_audience(data), frozenset(copied), frozenset(pictures))
    base = digest(fingerprint(), data.frameworks, data.language)
    tree.put(MARKER, base, (out / MARKER).read_bytes())
    for path, content in (*static_files(), (WORDS_FILE, words(data.language))):
        tree.put(path, digest(content), content)
    for path, (source, sha256) in copied.items():
        tree.copy(source, path, sha256)
    for path, picture in pictures.items():
        tree.copy(picture, path, path)
    shipped = shipping.ship(survey, texts, tree, base) if survey.named else None
    _pages(survey, tree, base)
    if shipped is not None:
        tree.put(shipping.POINTER, shipped.key, shipped.pointer())
    checking.list_files(tree)
    tree.finish()
    missing = shipped.without_text if shipped else 0
    return BuildResult(len(tree), tree.written, tree.unchanged, tree.removed, missing, len(copied))


def _pages(survey: Survey, tree: Tree, base: str) -> None:
    data = survey.data
    first = links.framework_page(data.frameworks, data.frameworks[0].id) if data.frameworks else "about.html"
    chrome = Chrome(data.title, data.district, data.as_of, data.due, data.until, first, survey.named, data.language)
    for page in plan(survey):
        key = digest(base, chrome, page)
        if not tree.same(page.path, key):
            tree.put(page.path, key, render(page, chrome))
    table = gaps.table(survey)
    tree.put(gaps.CSV, digest(table), table)


def _originals(data: SiteData, archive: Path | None) -> Originals:
    """Return the originals to publish: where in the site, from where, and the content hash. Links are not followed."""
    if archive is None or data.audience is not Audience.INSPECTOR:
        return {}
    found: Originals = {}
    for document in data.documents:
        path, source = links.original_file(document.id, document.name), archive / document.path
        if path and document.state is DocumentState.CURRENT and _is_plain(source):
            found[path] = (source, document.sha256)
    return found


def _is_plain(source: Path) -> bool:
    try:
        return stat.S_ISREG(source.lstat().st_mode)
    except OSError:
        return False
