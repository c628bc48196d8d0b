"""The commands that publish: to a folder, and to this machine's own browser."""

from __future__ import annotations

import signal
import threading
from contextlib import closing
from functools import partial
from pathlib import Path

import click

from archive.cli import as_json
from archive.home import find_home
from archive.opening import reading_archive
from indexer.textstore import TextStore
from schema.console import Console, json_line
from schema.errors import ArchiveBusyError, ArchiveError
from schema.messages import Language
from site_builder.data import Audience
from site_builder.packing import pack
from site_builder.publishing import publish, site_folder, sources
from site_builder.serving import following, serving

_audience = click.option(
    "--audience", type=click.Choice([str(audience) for audience in Audience]), help="For whom (default: as in the settings)."
)
_lang = click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language of the pages' own words (default: zh)."
)
_previews = click.option(
    "--previews",
    type=click.IntRange(min=0),
    metavar="MB",
    help="Thumbnails of first pages, at most so many MB, for the inspector only (default: as in the settings; 0: none).",
)


@click.command()
@_audience
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where (default: 网站/AUDIENCE in the home; in English 网站/AUDIENCE-en).",
)
@click.option("--full", is_flag=True, help="Write every page anew.")
@click.option("--zip", "zipped", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Then pack it into FILE.")
@_lang
@_previews
@as_json
@click.pass_obj
def site(  # noqa: PLR0913, PLR0917 - one for each option
    console: Console, audience: str | None, out: Path | None, full: bool, zipped: Path | None, lang: Language,
    previews: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Build the offline site: what is missing, whose duty it is, and the evidence itself."""
    home = find_home(console.home_path, Path.cwd())
    with reading_archive(home) as archive, closing(TextStore(home.state / "text.sqlite")) as store:
        reader = Audience(audience or archive.district.settings.audience)
        place = out.absolute() if out else None
        result = publish(archive, store, reader, place, full=full, language=lang, preview_megabytes=previews)
        folder = place or site_folder(archive, reader, lang)
        if zipped:
            pack(folder, zipped.absolute())
        page = folder / "index.html"
    if as_json:
        click.echo(json_line({"index": str(page), "files": result.files, "written": result.written, "removed": result.removed}))
    else:
        click.echo(console.say("site.built", files=result.files, written=result.written, page=page))
        if zipped:
            click.echo(console.say("site.zipped", path=zipped, size=f"{zipped.stat().st_size / 1e6:.1f}"))


@click.command()
@_audience
@_lang
@click.option("--port", type=click.IntRange(0, 65535), default=8000, help="Port on 127.0.0.1 (default: 8000; 0: any free one).")
@click.option("--seconds", type=click.FloatRange(min=0.1), default=2.0, help="Pause between two looks for changes (default: 2).")
@click.pass_obj
def serve(console: Console, audience: str | None, lang: Language, port: int, seconds: float) -> None:
    """Show the site on this machine alone, brought up to date as the archive changes. Ends with Ctrl+C."""
    home = find_home(console.home_path, Path.cwd())
    stop = threading.Event()
    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), lambda *_: stop.set())

    def bring_up_to_date() -> Path:
        with reading_archive(home) as archive, closing(TextStore(home.state / "text.sqlite")) as store:
            reader = Audience(audience or archive.district.settings.audience)
            publish(archive, store, reader, language=lang)
            return site_folder(archive, reader, lang)

    def rebuild() -> bool:
        try:
            bring_up_to_date()
        except ArchiveError as error:
            click.echo(console.text(error.message), err=True)
            return not isinstance(error, ArchiveBusyError)
        click.echo(console.say("serve.renewed"), err=True)
        return True

    folder = bring_up_to_date()
    try:
        with serving(folder, port) as address:
            click.echo(console.say("serve.ready", address=address))
            following(partial(sources, home), rebuild, stop, seconds)
    except OSError as error:
        raise ArchiveError("serve.port", port=port, error=error) from error
