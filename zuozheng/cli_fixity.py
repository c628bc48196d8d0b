"""Commands that hold the archive to what it promised: verify, repair."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from archive.cli import as_json
from archive.home import find_home
from archive.repair import Result
from archive.verify import Verification, extent
from schema.console import Console, json_line, on_one_line
from schema.errors import ArchiveError
from schema.findings import Finding
from site_builder import checking
from zuozheng.cli import progress
from zuozheng.fixity import lower_layers
from zuozheng.repair import repair as repair_all

_FINDINGS = 3


@click.command()
@click.argument("site", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--resume", is_flag=True, help="Go on where the last full run was broken off.")
@click.option(
    "--sample", type=click.FloatRange(0, 100, min_open=True), metavar="PERCENT",
    help="Check only so much of the documents' bytes, going on where the last sample ended, round and round.",
)  # fmt: skip
@click.option("--rate", type=click.FloatRange(0, min_open=True), metavar="MB", help="Read at most so many MB a second.")
@click.option("--strict", is_flag=True, help="Exit with 3 when there are findings.")
@as_json
@click.pass_obj
def verify(
    console: Console, site: Path | None, resume: bool, sample: float | None, rate: float | None, strict: bool, as_json: bool
) -> None:  # fmt: skip
    """Hash everything that is kept and compare; name every difference. Changes nothing, and may run beside `watch`.

    With SITE, the folder of a built site or the zip file of one, every file of that copy instead; no archive is needed.

    Otherwise checked are the documents' bytes, their sidecars, the catalogue, and by the seal of the last writer the text store,
    the index and the tree's own files. What fails can be mended with `repair`.
    """
    if resume and sample is not None:
        raise click.UsageError("--resume is for full runs; a --sample goes on by itself.")
    if site is not None:
        if resume or sample is not None or rate is not None:
            raise click.UsageError(console.say("verify.site-options"))
        _verify_site(console, site, strict=strict, as_json=as_json)
        return
    home = find_home(console.home_path, Path.cwd())
    with progress(console.say("verify.checking"), lambda: extent(home.tree)[0]) as advance:
        run = Verification(
            home, percent=sample, resume=resume, rate=rate and rate * 1e6, progress=advance, further=lower_layers(home)
        )
        for finding in run:
            click.echo(json_line(finding_record(finding, console)) if as_json else on_one_line(_line(finding, console)))
    if not as_json:
        counts = run.counts
        megabytes = f"{counts.bytes / 1e6:.1f}"
        click.echo(console.say("verify.done", documents=counts.documents, megabytes=megabytes, findings=counts.findings))
        if counts.findings:
            click.echo(console.say("verify.advice"))
    if strict and run.counts.findings:
        click.get_current_context().exit(_FINDINGS)


@click.command()
@click.option(
    "--from", "backup", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="BACKUP",
    help="A backup of this home to take right files from.",
)  # fmt: skip
@as_json
@click.pass_obj
def repair(console: Console, backup: Path | None, as_json: bool) -> None:
    """Verify, then restore what can be restored, and say what cannot. Damaged files are put aside, nothing is deleted.

    Right bytes are taken from wherever their SHA-256 fits: the inboxes, other documents, files astray in the tree, BACKUP.
    """
    home = find_home(console.home_path, Path.cwd())
    results: Counter[Result] = Counter()
    with progress(console.say("verify.checking"), lambda: extent(home.tree)[0]) as advance:
        for mended in repair_all(home, backup.absolute() if backup else None, advance):
            results[mended.result] += 1
            sentence = console.text(mended.detail)
            record = {"path": mended.path, "result": str(mended.result), "detail": sentence}
            click.echo(json_line(record) if as_json else on_one_line(f"{console.say(f'repair.{mended.result}')}  {sentence}"))
    if not as_json:
        sums = {"mended": results[Result.MENDED], "left": results[Result.LEFT]}
        click.echo(console.say("repair.done", **sums) if results else console.say("repair.nothing"))
    if results[Result.FAILED]:
        raise ArchiveError("repair.incomplete", failed=results[Result.FAILED])


def _verify_site(console: Console, site: Path, *, strict: bool, as_json: bool) -> None:
    """Check a copy of a site and say every difference."""
    files = findings = 0

    def count(_name: str) -> None:
        nonlocal files
        files += 1

    for finding in checking.check(site, count):
        findings += 1
        click.echo(json_line(finding_record(finding, console)) if as_json else on_one_line(_line(finding, console)))
    if not as_json:
        click.echo(console.say("verify.site-done", files=files, findings=findings))
    if strict and findings:
        click.get_current_context().exit(_FINDINGS)


def finding_record(finding: Finding, console: Console) -> dict[str, str]:
    """Return a finding as the `verify --json` contract has it."""
    return {
        "code": finding.code, "path": finding.subject, "unit": finding.unit, "name": finding.name,
        "detail": console.text(finding.detail),
    }  # fmt: skip


def _line(finding: Finding, console: Console) -> str:
    return f"{finding.code}  {console.text(finding.detail)}"
