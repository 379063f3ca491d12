"""The wheel and the sdist hold the one name `tarjih`, and every file of its folders."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest


def _build(project: Path, target: str, into: Path) -> Path:
    """Build with the hatchling of this environment: no isolation, no network."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(into)],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (built,) = into.iterdir()
    return built


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(root, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def expected(project_files: tuple[str, ...], folders: tuple[str, ...]) -> set[str]:
    """What the wheel must hold, as git knows it."""
    links = {f"src/tarjih/{folder}" for folder in folders}
    own = {name for name in project_files if name.startswith("src/tarjih/")} - links
    rooted = {name for name in project_files if name.split("/")[0] in folders}
    return {name.removeprefix("src/") for name in own} | {f"tarjih/{name}" for name in rooted}


def test_the_wheel_has_one_top_level_name(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in _names(wheel)}
    dist_info = {top for top in tops if top.endswith(".dist-info")}
    assert len(dist_info) == 1
    assert tops - dist_info == {"tarjih"}


def test_the_wheel_holds_the_files_git_holds(wheel: Path, expected: set[str]) -> None:
    packaged = {name for name in _names(wheel) if name.startswith("tarjih/")}
    assert packaged == expected
    assert "tarjih/py.typed" in packaged


@pytest.mark.parametrize("ending", [".yaml", ".npz"])
def test_data_files_travel(wheel: Path, ending: str) -> None:
    assert any(name.startswith("tarjih/") and name.endswith(ending) for name in _names(wheel))


def test_the_wheel_carries_its_licence_and_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = next(name for name in archive.namelist() if name.endswith("/METADATA"))
        meta = archive.read(info).decode()
        licence = archive.read(info.replace("METADATA", "licenses/LICENSE")).decode()
        scripts = archive.read(info.replace("METADATA", "entry_points.txt")).decode()
    assert "License-Expression: Apache-2.0" in meta
    assert "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION" in licence
    assert "tarjih = tarjih.cli.app:main" in scripts


def test_the_sdist_builds_the_same_wheel(root: Path, wheel: Path, tmp_path: Path) -> None:
    sdist = _build(root, "sdist", tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    again = _build(unpacked, "wheel", tmp_path / "wheel")
    with zipfile.ZipFile(wheel) as first, zipfile.ZipFile(again) as second:
        assert set(first.namelist()) == set(second.namelist())
        for name in first.namelist():
            assert first.read(name) == second.read(name), name


def test_every_folder_is_mapped_everywhere(root: Path, folders: tuple[str, ...]) -> None:
    """A new folder must be named in several places; this names the one forgotten."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    build = project["tool"]["hatch"]["build"]
    wheel, sdist = build["targets"]["wheel"], build["targets"]["sdist"]
    contract = project["tool"]["importlinter"]["contracts"][0]
    banned = project["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]
    for folder in folders:
        assert f"/src/tarjih/{folder}" in build["exclude"]
        assert folder in sdist["only-include"]
        assert folder in wheel["only-include"]
        assert wheel["sources"][folder] == f"tarjih/{folder}"
        assert folder in contract["layers"]
        assert folder in banned
        assert (root / folder / "__init__.py").is_file()
        assert (root / "src/tarjih" / folder).readlink() == Path(f"../../{folder}")


def test_the_command_resolves() -> None:
    (command,) = (
        entry for entry in metadata.entry_points(group="console_scripts") if entry.name == "tarjih"
    )
    module, _, function = command.value.partition(":")
    assert callable(getattr(importlib.import_module(module), function))


def test_the_version_is_written_once(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    version = project["project"]["version"]
    assert metadata.version("tarjih") == version
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(version)}\]", changelog, re.MULTILINE)
