"""The command that publishes."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli import as_json
from archive.home import find_home
from archive.opening import reading_archive
from indexer.textstore import TextStore
from schema.console import Console, json_line
from schema.messages import Language
from site_builder.data import Audience
from site_builder.publishing import publish, site_folder


@click.command()
@click.option(
    "--audience", type=click.Choice([str(audience) for audience in Audience]), help="For whom (default: as in the settings)."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where (default: 网站/AUDIENCE in the home; in English 网站/AUDIENCE-en).",
)
@click.option("--full", is_flag=True, help="Write every page anew.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language of the pages' own words (default: zh).")
@as_json
@click.pass_obj
def site(console: Console, audience: str | None, out: Path | None, full: bool, lang: Language, as_json: bool) -> None:
    """Build the offline site: what is missing, whose duty it is, and the evidence itself."""
    home = find_home(console.home_path, Path.cwd())
    with reading_archive(home) as archive:
        reader = Audience(audience or archive.district.settings.audience)
        store = TextStore(home.state / "text.sqlite")
        try:
            result = publish(archive, store, reader, out.absolute() if out else None, full=full, language=lang)
        finally:
            store.close()
        page = (out.absolute() if out else site_folder(archive, reader, lang)) / "index.html"
    if as_json:
        click.echo(json_line({"index": str(page), "files": result.files, "written": result.written, "removed": result.removed}))
    else:
        click.echo(console.say("site.built", files=result.files, written=result.written, page=page))
