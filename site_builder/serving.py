"""A look at a site on this machine alone: files of one folder over plain HTTP on the loopback, renewed as the archive changes.

Nothing but GET and HEAD of files inside the folder; whoever asks under another name than this machine's own gets nothing, so that
no page from elsewhere can reach it through a name that points here (DNS rebinding).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
_HOSTS = frozenset({LOOPBACK, "localhost"})


class _Handler(SimpleHTTPRequestHandler):
    """Answers with files of the folder; "/" is its index.html. Says nothing on the terminal."""

    server_version = "zuozheng"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer with a file."""
        if self._allowed():
            super().do_GET()

    def do_HEAD(self) -> None:
        """Answer as for GET, without the file."""
        if self._allowed():
            super().do_HEAD()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002 - the base's signature
        """Show no folder."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """Let nothing be kept, guessed or framed."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", "frame-ancestors 'none'")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's signature
        """Keep quiet."""

    def _allowed(self) -> bool:
        if self.headers.get("Host", "").rpartition(":")[0] not in _HOSTS:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return False
        asked, folder = Path(self.translate_path(self.path)), Path(self.directory).resolve()
        # The base drops "..", backslashes and drive letters; what is left may still leave through a link.
        if not asked.resolve().is_relative_to(folder):
            self.send_error(HTTPStatus.NOT_FOUND)
            return False
        return True


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve the files of `folder` as long as the context lasts; gives the address. Port 0 takes a free one. Raises OSError."""
    with ThreadingHTTPServer((LOOPBACK, port), partial(_Handler, directory=str(folder))) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, name="serve", daemon=True)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def following(sources: Callable[[], Iterable[Path]], rebuild: Callable[[], bool], stop: threading.Event, seconds: float) -> None:
    """Call `rebuild` whenever one of the files `sources` names has changed, until `stop` is set.

    `rebuild` returns whether it could be done; if not (another process was writing), it is tried again.
    """
    seen = _marks(sources())
    while not stop.wait(seconds):
        now = _marks(sources())
        if now != seen and rebuild():
            seen = now


def _marks(paths: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    found = {}
    for path in paths:
        try:
            state = path.stat()
        except OSError:
            continue
        found[path] = (state.st_mtime_ns, state.st_size)
    return found
