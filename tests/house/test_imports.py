"""What may be loaded, and under which name (each case in a fresh process)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = frozenset(
    {
        "arviz",
        "babel",
        "matplotlib",
        "numba",
        "nutpie",
        "pandas",
        "pymc",
        "pytensor",
        "scipy",
        "sqlalchemy",
        "xarray",
    }
)
_REPORT = """
import sys
{body}
sys.stderr.write("LOADED " + " ".join(sorted({{name.split(".")[0] for name in sys.modules}})))
"""
_COMMAND = """
from tarjih.cli.app import main
sys.argv = ["tarjih", *{words!r}]
try:
    code = main()
except SystemExit as stop:
    code = stop.code
if code not in (None, 0):
    raise RuntimeError(f"exit code {{code}}")
"""


def _loaded_after(body: str, folder: Path) -> set[str]:
    """Run `body` in a fresh interpreter outside the checkout; return what it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", _REPORT.format(body=body)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stderr.rpartition("LOADED ")[2].split())
    assert "tarjih" in loaded
    return loaded


def test_root_folders_are_not_loaded_a_second_time(folders: tuple[str, ...]) -> None:
    """`pytest models` or `pytest .` would import the root copies: run plain `pytest`."""
    second = {name for name in sys.modules if name.split(".")[0] in folders}
    assert not second


def test_the_probe_sees_a_heavy_import(tmp_path: Path) -> None:
    assert "scipy" in _loaded_after("import tarjih, scipy.special", tmp_path) & HEAVY


@pytest.mark.parametrize(
    "module",
    [
        "tarjih",
        "tarjih.scenarios",
        "tarjih.priors",
        "tarjih.evidence",
        "tarjih.models",
        "tarjih.scoring",
        "tarjih.reports",
        "tarjih.cli.app",
    ],
)
def test_importing_is_light(module: str, tmp_path: Path) -> None:
    assert not _loaded_after(f"import {module}", tmp_path) & HEAVY


def test_all_public_names_are_light(tmp_path: Path) -> None:
    """The lazy names of `tarjih` are resolved too, not only the empty shell."""
    body = "import tarjih\nfor name in tarjih.__all__: getattr(tarjih, name)"
    assert not _loaded_after(body, tmp_path) & HEAVY


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["run", "--help"],
        ["list"],
        ["run", "syria-russia", "--json"],
        ["prior", "syria-russia", "--prior-only"],
    ],
    ids=" ".join,
)
def test_commands_are_light(words: list[str], tmp_path: Path) -> None:
    assert not _loaded_after(_COMMAND.format(words=words), tmp_path) & HEAVY
    assert not list(tmp_path.iterdir())


_LINT = "from importlinter.cli import lint_imports_command as lint; lint()"
_CONTRACT = "Data flows one way"


@pytest.fixture
def copy_of_the_package(root: Path, tmp_path: Path) -> Path:
    shutil.copytree(
        root / "src/tarjih", tmp_path / "tarjih", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(root / "pyproject.toml", tmp_path)
    return tmp_path


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _LINT, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("planted_in", "line"),
    [
        ("scenarios/planted.py", "import tarjih.priors\n"),
        ("evidence/planted.py", "def late() -> None:\n    import tarjih.models\n"),
        ("models/planted.py", "from tarjih.reports import __doc__ as words\n"),
        ("equations_of_none.py", "undeclared = 1\n"),
    ],
)
def test_a_planted_import_against_the_flow_is_caught(
    copy_of_the_package: Path, planted_in: str, line: str
) -> None:
    (copy_of_the_package / "tarjih" / planted_in).write_text(line, encoding="utf-8")
    done = _lint_imports(copy_of_the_package)
    assert done.returncode == 1, done.stdout + done.stderr
    assert _CONTRACT in done.stdout
    assert Path(planted_in).stem in done.stdout


def test_the_package_keeps_its_contracts(copy_of_the_package: Path) -> None:
    done = _lint_imports(copy_of_the_package)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout
