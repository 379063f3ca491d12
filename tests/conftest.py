"""What every test stands on: no state of the user's is read or written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

_PRIVATE = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")


@pytest.fixture(scope="session", autouse=True)
def _private_folders(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Give this run its own cache, settings and data folders, for child processes as well."""
    patch = pytest.MonkeyPatch()
    home = tmp_path_factory.mktemp("home")
    for name in _PRIVATE:
        folder = home / name.lower()
        folder.mkdir()
        patch.setenv(name, str(folder))
    for name in list(os.environ):
        if name.startswith("TARJIH_"):
            patch.delenv(name)
    # The font cache takes seconds to build and holds nothing of ours: keep it between runs.
    fonts: Path = request.config.cache.mkdir("matplotlib")
    patch.setenv("MPLCONFIGDIR", str(fonts))
    patch.setenv("MPLBACKEND", "Agg")
    yield
    patch.undo()
