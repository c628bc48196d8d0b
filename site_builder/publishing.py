"""Building the site of an archive where it belongs."""

from __future__ import annotations

from pathlib import Path

from archive.lock import writing
from archive.opening import Archive
from indexer.textstore import TextStore
from site_builder.build import build
from site_builder.data import Audience, BuildResult
from site_builder.gather import gather, texts_of
from site_builder.publish import digest


def publish(
    archive: Archive, store: TextStore, audience: Audience, out: Path | None = None, *, full: bool = False
) -> BuildResult:
    """Bring the site for `audience` up to date, in `out` or where the home keeps its sites. Raises ArchiveBusyError."""
    home = archive.home
    folder = out or site_folder(archive, audience)
    originals = home.tree if audience is Audience.INSPECTOR else None
    memory = home.state / "sites" / digest(str(folder), str(audience))[:16]
    with writing(memory):
        data = gather(archive, audience)
        return build(data, texts_of(store), folder, state=memory / "manifest.json", originals=originals, full=full)


def site_folder(archive: Archive, audience: Audience) -> Path:
    """Return where the home keeps its site for `audience`."""
    return archive.home.sites / str(audience)
