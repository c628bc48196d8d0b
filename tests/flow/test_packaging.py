"""The wheel: one top-level name, everything in it, and it runs beside the published library `schema`."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)], cwd=ROOT, check=True, capture_output=True
    )
    return next(out.glob("*.whl"))


def test_the_wheel_adds_one_name_and_lacks_nothing(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"zuozheng"}
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    ours = [path for path in listed.stdout.splitlines() if (ROOT / path).is_file()]
    packages = ("schema/", "archive/", "indexer/", "site_builder/")
    wanted = {f"zuozheng/{path}" for path in ours if path.startswith(packages)} | {
        path for path in ours if path.startswith("zuozheng/")
    }
    assert wanted <= set(names)


def test_it_runs_beside_a_library_of_the_same_name(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(installed)
    (installed / "schema").mkdir()
    (installed / "schema" / "__init__.py").write_text("class Schema: ...\n", encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(installed), "LANG": "zh_CN.UTF-8"}
    told = subprocess.run(
        [sys.executable, "-P", "-m", "zuozheng", "schema", "list", "--json"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert "学前教育普及普惠" in told.stdout
    theirs = subprocess.run(
        [sys.executable, "-P", "-c", "import schema; print(schema.Schema)"], cwd=tmp_path, env=environment, check=True
    )
    assert theirs.returncode == 0
