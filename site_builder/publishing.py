"""Building the site of an archive where it belongs."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from archive.home import Home
from archive.lock import writing
from archive.opening import Archive
from indexer.textstore import TextStore
from schema.messages import Language
from site_builder.build import build
from site_builder.data import Audience, BuildResult, SiteData
from site_builder.gather import elements_of, gather, texts_of
from site_builder.keys import digest
from site_builder.previews import Previews, previews


def publish(
    archive: Archive,
    store: TextStore,
    audience: Audience,
    out: Path | None = None,
    *,
    full: bool = False,
    language: Language = "zh",
    preview_megabytes: int | None = None,
) -> BuildResult:
    """Bring the site for `audience` up to date, in `out` or where the home keeps its sites. Raises ArchiveBusyError.

    `language` is that of the pages' own words; names, titles and texts stay as they are. `preview_megabytes` is the room for
    previews (None: as in the settings), which only the inspector gets.
    """
    home = archive.home
    folder = out or site_folder(archive, audience, language)
    originals = home.tree if audience is Audience.INSPECTOR else None
    memory = home.state / "sites" / digest(str(folder), str(audience))[:16]
    with writing(memory):
        read = lru_cache(maxsize=1)(store.get)  # text and elements of a document are asked for one after the other
        data = replace(gather(archive, audience, language), elements=elements_of(read))
        pictures = _previews(archive, data, preview_megabytes)
        state = memory / "manifest.json"
        return build(data, texts_of(read), folder, state=state, originals=originals, previews=pictures, full=full)


def _previews(archive: Archive, data: SiteData, megabytes: int | None) -> Previews:
    if data.audience is not Audience.INSPECTOR:
        return {}
    room = archive.district.settings.preview_megabytes if megabytes is None else megabytes
    return previews(archive.home.tree, data.documents, archive.home.state / "previews", room)


def site_folder(archive: Archive, audience: Audience, language: Language = "zh") -> Path:
    """Return where the home keeps its site for `audience`; one in English has a folder of its own beside the Chinese one."""
    return archive.home.sites / (str(audience) if language == "zh" else f"{audience}-{language}")


def sources(home: Home) -> tuple[Path, ...]:
    """Return the files whose change may change the site: settings, register, own data, and the databases of the state."""
    return (home.settings_file, home.register_file, *home.own_files(), *sorted(home.state.glob("*.sqlite*")))
