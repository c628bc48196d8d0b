"""The preview on this machine: files of the folder and nothing else, and a rebuild for every change."""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from site_builder.serving import following, serving


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, int]]:
    folder = tmp_path / "site"
    (folder / "u").mkdir(parents=True)
    (folder / "index.html").write_text("总览", encoding="utf-8")
    (folder / "u" / "001.html").write_text("单位", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "way-out").symlink_to(tmp_path / "secret.txt")
    with serving(folder) as address:
        host, _, port = address.removeprefix("http://").rstrip("/").partition(":")
        yield host, int(port)


def ask(served: tuple[str, int], path: str, method: str = "GET", host: str = "") -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection(*served, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=bool(host))
        if host:
            connection.putheader("Host", host)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())
    finally:
        connection.close()


def test_files_of_the_folder_are_given_on_the_loopback_only(served: tuple[str, int]) -> None:
    assert served[0] == "127.0.0.1"
    status, body, headers = ask(served, "/")
    assert (status, body.decode()) == (200, "总览")
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert ask(served, "/u/001.html")[1].decode() == "单位"
    assert ask(served, "/u/001.html", "HEAD")[:2] == (200, b"")


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/u/../../secret.txt", "/..%5csecret.txt", "/way-out", "//etc/passwd", "/u/", "/no"],
)
def test_nothing_outside_the_folder_and_no_list_of_it(served: tuple[str, int], path: str) -> None:
    status, body, _ = ask(served, path)
    assert status == 404
    assert b"secret\n" not in body
    assert b"001.html" not in body


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example:8000"])
def test_another_name_that_points_here_gets_nothing(served: tuple[str, int], host: str) -> None:
    assert ask(served, "/", host=host)[0] == 421
    assert ask(served, "/", host=f"localhost:{served[1]}")[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_looking_is_answered(served: tuple[str, int], method: str) -> None:
    assert ask(served, "/", method)[0] == 501


def test_a_change_is_followed_until_it_could_be_built(tmp_path: Path) -> None:
    source, stop, calls = tmp_path / "catalogue.sqlite", threading.Event(), []

    def rebuild() -> bool:
        calls.append(source.read_text())
        if len(calls) == 3:
            stop.set()
        return len(calls) > 1  # busy the first time

    source.write_text("old")
    worker = threading.Thread(target=following, args=(lambda: [source, tmp_path / "none"], rebuild, stop, 0.01))
    worker.start()
    time.sleep(0.1)
    assert calls == []
    source.write_text("newer")
    deadline = time.monotonic() + 20
    while len(calls) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.utime(source, ns=(1, 1))
    worker.join(20)
    assert calls == ["newer"] * 3
