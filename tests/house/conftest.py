"""What the tests of the house share: the checkout, its folders, its tracked files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def folders() -> tuple[str, ...]:
    """The root folders that become ``tarjih.<folder>``: those linked from ``src/tarjih``."""
    paths = (ROOT / "src/tarjih").iterdir()
    links = tuple(sorted(path.name for path in paths if path.is_symlink()))
    every = "cli evidence models priors reports scenarios scoring"
    assert links == tuple(every.split())
    return links


@pytest.fixture(scope="session")
def project_files() -> tuple[str, ...]:
    """Files git tracks or would track, relative to the checkout; links themselves included."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this copy of the project is no git checkout: nothing to compare with")
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    listed = sorted({name for name in done.stdout.split("\0") if name})
    present = tuple(name for name in listed if (ROOT / name).is_symlink() or (ROOT / name).exists())
    assert "pyproject.toml" in present
    return present
