"""Reading the tables that ship with this folder."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["fingerprint", "table", "table_names"]

_FOLDER = Path(__file__).parent / "tables"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def table(name: str) -> Any:
    """Return a shipped table by the name of its file, without the extension.

    The result is shared: do not change it.

    Raises
    ------
    KeyError
        If there is no such table.

    Examples
    --------
    >>> table("weights")["ranges"]["for"]
    [1.6, 3.0]
    """
    path = _FOLDER / f"{name}.yaml"
    if not path.is_file():
        raise KeyError(name)
    with path.open("rb") as stream:
        return yaml.load(stream, Loader=_LOADER)


def table_names() -> tuple[str, ...]:
    """Return the names of all shipped tables, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def fingerprint(*names: str) -> str:
    """Return the SHA-256, in hexadecimal, of the bytes of the named tables."""
    digest = hashlib.sha256()
    for name in names:
        content = (_FOLDER / f"{name}.yaml").read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}:{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()
