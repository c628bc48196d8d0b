"""The launcher: one group of commands, the language, and the only place that turns errors into sentences and exit codes."""

from __future__ import annotations

import importlib
import io
import locale
import logging
import os
import sqlite3
import sys
from pathlib import Path
from typing import cast

import click

import zuozheng
from schema.console import Console
from schema.errors import ArchiveError, FaultsError
from schema.messages import Language

_INTERRUPTED = 130
# Where each command lives. Modules are imported when their command is called, so that `--help` does not wait for readers.
_COMMANDS = {
    "demo": ("zuozheng.demo.cli", "demo"),
    "init": ("archive.cli", "init"),
    "ingest": ("zuozheng.cli", "ingest"),
    "watch": ("zuozheng.cli", "watch"),
    "list": ("archive.cli", "list_documents"),
    "tag": ("zuozheng.cli_tag", "tag"),
    "search": ("indexer.cli_search", "search"),
    "gaps": ("archive.cli_gaps", "gaps"),
    "review": ("zuozheng.cli_review", "review"),
    "waive": ("zuozheng.cli_review", "waive"),
    "retag": ("zuozheng.cli_retag", "retag_documents"),
    "copies": ("indexer.cli_copies", "copies"),
    "progress": ("archive.cli_progress", "progress"),
    "metrics": ("indexer.cli_metrics", "metrics"),
    "site": ("site_builder.cli", "site"),
    "serve": ("site_builder.cli", "serve"),
    "privacy": ("site_builder.cli_privacy", "privacy"),
    "text": ("indexer.cli", "text"),
    "elements": ("indexer.cli_elements", "elements"),
    "correct": ("zuozheng.cli_correct", "correct"),
    "ocr": ("indexer.cli_reading", "ocr"),
    "reread": ("indexer.cli_reading", "reread"),
    "ledger": ("archive.cli", "ledger"),
    "doctor": ("archive.cli_doctor", "doctor"),
    "verify": ("zuozheng.cli_fixity", "verify"),
    "repair": ("zuozheng.cli_fixity", "repair"),
    "withdraw": ("zuozheng.cli_withdraw", "withdraw"),
    "rebuild": ("zuozheng.cli", "rebuild"),
    "backup": ("archive.cli_custody", "backup"),
    "restore": ("archive.cli_custody", "restore"),
    "bag": ("archive.cli_custody", "bag"),
    "schema": ("zuozheng.cli_schema", "schema"),
}


class _Group(click.Group):
    """The commands, in the order of the work."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name]
        return cast(click.Command, getattr(importlib.import_module(module), name))


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), envvar="ZUOZHENG_HOME", help="The archive's home folder."
)
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of messages (default: the system's).")
@click.option("--verbose", is_flag=True, help="Say more about what goes on.")
@click.version_option(zuozheng.__version__, prog_name="zuozheng")
@click.pass_context
def cli(ctx: click.Context, home: Path | None, lang: Language | None, verbose: bool) -> None:
    """Zuozheng (佐证): evidence of schools, filed, searchable, and what is missing."""
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    ctx.obj = Console(lang or _system_language(), home)


def main() -> None:
    """Run the command line and exit: 0 ok, 1 error, 2 usage, 3 findings under --strict, 75 busy, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        # Chinese must come out whatever the terminal's code page is; a character it cannot show is escaped, never fatal.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except ArchiveError as error:
        code = _tell(error)
    except (KeyboardInterrupt, click.Abort):
        code = _INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`zuozheng list | head`); say no more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except (OSError, sqlite3.Error) as error:
        # A disk that is full, read-only or failing, met where no stage has a better sentence for it.
        code = _tell(ArchiveError("system.trouble", error=error))
    sys.exit(code if isinstance(code, int) else 0)


def _tell(error: ArchiveError) -> int:
    language = _language_asked()
    click.echo(error.message.text(language), err=True)
    for fault in error.faults if isinstance(error, FaultsError) else ():
        click.echo(f"  {fault.text(language)}", err=True)
    return error.exit_code


def _language_asked() -> Language:
    arguments = sys.argv[1:]
    for number, word in enumerate(arguments):
        if word.startswith("--lang="):
            return "en" if word.endswith("en") else "zh"
        if word == "--lang" and arguments[number + 1 : number + 2] in (["en"], ["zh"]):
            return cast(Language, arguments[number + 1])
    return _system_language()


def _system_language() -> Language:
    """Return zh for a Chinese system, and where nothing is set: the program's users are Chinese schools."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or (locale.getlocale()[0] or "")
    return "zh" if not named or named.startswith(("zh", "C", "POSIX", "Chinese")) else "en"


if __name__ == "__main__":
    main()
