"""Building the site of an archive where it belongs."""

from __future__ import annotations

from pathlib import Path

from archive.lock import writing
from archive.opening import Archive
from indexer.textstore import TextStore
from schema.messages import Language
from site_builder.build import build
from site_builder.data import Audience, BuildResult
from site_builder.gather import gather, texts_of
from site_builder.publish import digest


def publish(
    archive: Archive,
    store: TextStore,
    audience: Audience,
    out: Path | None = None,
    *,
    full: bool = False,
    language: Language = "zh",
) -> BuildResult:
    """Bring the site for `audience` up to date, in `out` or where the home keeps its sites. Raises ArchiveBusyError.

    `language` is that of the pages' own words; names, titles and texts stay as they are.
    """
    home = archive.home
    folder = out or site_folder(archive, audience, language)
    originals = home.tree if audience is Audience.INSPECTOR else None
    memory = home.state / "sites" / digest(str(folder), str(audience))[:16]
    with writing(memory):
        data = gather(archive, audience, language)
        return build(data, texts_of(store), folder, state=memory / "manifest.json", originals=originals, full=full)


def site_folder(archive: Archive, audience: Audience, language: Language = "zh") -> Path:
    """Return where the home keeps its site for `audience`; one in English has a folder of its own beside the Chinese one."""
    return archive.home.sites / (str(audience) if language == "zh" else f"{audience}-{language}")
