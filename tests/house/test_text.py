"""What the files of the project may say, and how its code is laid out."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import tarjih

# Written in parts, so that this file does not hold what it forbids.
_START = r"(?<![\w.])/"
_MACHINE = [_START + tail for tail in (r"root\b", r"home/\w+", r"Users/\w+")]
_REGISTRIES = ["pypi" + ".org", "python" + "hosted", "conda." + "anaconda", "registry." + "npmjs"]
_TOO_COMMON = {"/", "/tmp", "/home", "/src", "/opt", "/usr"}
_LONGEST = 500


def _texts(root: Path, project_files: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in project_files:
        path = root / name
        if path.is_symlink():
            yield name, str(path.readlink())
            continue
        content = path.read_bytes()
        # Binary files are read as well: an archive can carry a path.
        yield name, content.decode("utf-8", errors="replace")


def _found(
    root: Path, project_files: tuple[str, ...], patterns: list[str]
) -> list[tuple[str, str]]:
    looked_for = re.compile("|".join(patterns))
    return [
        (name, match.group())
        for name, text in _texts(root, project_files)
        for match in looked_for.finditer(text)
    ]


def test_no_path_of_a_machine(root: Path, project_files: tuple[str, ...]) -> None:
    patterns = list(_MACHINE)
    if str(root.parent) not in _TOO_COMMON:
        patterns.append(r"(?<![\w.])" + re.escape(str(root.parent)) + r"(?=[/\s\"'`])")
    patterns.append(r"(?<![\w.])" + re.escape(str(root)) + r"\b")
    assert not _found(root, project_files, patterns)


def test_no_registry_is_named(root: Path, project_files: tuple[str, ...]) -> None:
    assert not _found(root, project_files, [re.escape(host) for host in _REGISTRIES])


def test_the_search_finds_what_is_there(root: Path, project_files: tuple[str, ...]) -> None:
    assert _found(root, project_files, [r"requires-python"])[0][0] == "pyproject.toml"


def test_lock_files_stay_out(project_files: tuple[str, ...]) -> None:
    assert not {"uv.lock", "pylock.toml"} & {Path(name).name for name in project_files}


def test_links_are_relative_and_inside(root: Path, project_files: tuple[str, ...]) -> None:
    for name in project_files:
        path = root / name
        if path.is_symlink():
            assert not path.readlink().is_absolute(), name
            assert path.resolve().is_relative_to(root), name


@pytest.fixture(scope="module")
def library(root: Path, folders: tuple[str, ...]) -> dict[str, ast.Module]:
    """Every module of the library, parsed, by its path in the checkout."""
    paths = [
        path
        for folder in ("src/tarjih", *folders)
        for path in sorted((root / folder).rglob("*.py"))
        if folder != "src/tarjih" or path.parent == root / "src/tarjih"
    ]
    return {
        path.relative_to(root).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in paths
    }


def test_no_assert_in_the_library(library: dict[str, ast.Module]) -> None:
    """`python -O` drops them: checks raise the errors of `tarjih.errors`."""
    assert not [
        f"{name}:{node.lineno}"
        for name, tree in library.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert)
    ]


def test_only_the_command_line_prints(library: dict[str, ast.Module]) -> None:
    assert not [
        f"{name}:{node.lineno}"
        for name, tree in library.items()
        if not name.startswith("cli/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]


def test_imports_are_absolute(library: dict[str, ast.Module]) -> None:
    assert not [
        f"{name}:{node.lineno}"
        for name, tree in library.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]


def test_no_function_shares_its_modules_name(library: dict[str, ast.Module]) -> None:
    assert not [
        f"{name}: {node.name}"
        for name, tree in library.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == Path(name).stem
    ]


def test_no_file_is_long(root: Path, project_files: tuple[str, ...]) -> None:
    lengths = {
        name: len((root / name).read_text(encoding="utf-8").splitlines())
        for name in project_files
        if name.endswith(".py")
    }
    assert lengths
    assert not {name: length for name, length in lengths.items() if length > _LONGEST}


def _modules() -> Iterator[ModuleType]:
    yield tarjih
    for found in pkgutil.walk_packages(tarjih.__path__, "tarjih."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


@pytest.fixture(scope="module")
def modules() -> tuple[ModuleType, ...]:
    every = tuple(_modules())
    assert len(every) > 10
    return every


def test_public_names_are_declared_and_exist(modules: tuple[ModuleType, ...]) -> None:
    for module in modules:
        declared = getattr(module, "__all__", None)
        if hasattr(module, "__path__"):
            assert declared is not None, f"{module.__name__} declares no __all__"
        for name in declared or ():
            assert hasattr(module, name), f"{module.__name__}.{name}"


def test_public_names_have_docstrings(modules: tuple[ModuleType, ...]) -> None:
    bare = []
    for module in modules:
        if not module.__doc__:
            bare.append(module.__name__)
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            if not (inspect.isclass(thing) or inspect.isroutine(thing)):
                continue
            # A dataclass without a docstring gets its signature as one.
            text = inspect.getdoc(thing) or ""
            if not text or text.startswith(f"{name}("):
                bare.append(f"{module.__name__}.{name}")
    assert not bare


def test_public_methods_have_docstrings(modules: tuple[ModuleType, ...]) -> None:
    """Their own or, for a method of an interface, the inherited one."""
    bare = {
        f"{thing.__module__}.{thing.__qualname__}.{method}"
        for module in modules
        if hasattr(module, "__path__")
        for name in getattr(module, "__all__", ())
        if inspect.isclass(thing := getattr(module, name))
        for method, value in vars(thing).items()
        if not method.startswith("_")
        and (inspect.isfunction(value) or isinstance(value, property | classmethod | staticmethod))
        and not inspect.getdoc(getattr(thing, method))
    }
    assert not bare


def test_no_public_name_hides_a_module(modules: tuple[ModuleType, ...]) -> None:
    """`tarjih.models.forecast` cannot be both a function and a module."""
    names = {module.__name__ for module in modules}
    hidden = [
        f"{module.__name__}.{name}"
        for module in modules
        for name in getattr(module, "__all__", ())
        if f"{module.__name__}.{name}" in names and not inspect.ismodule(getattr(module, name))
    ]
    assert not hidden
