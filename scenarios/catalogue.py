"""The studies that travel with the package, and how a name finds one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.scenarios.loader import load_study
from tarjih.scenarios.records import Study

__all__ = ["find_study", "load", "shipped_studies"]

_ROOT: Final = Path(__file__).resolve().parent


def shipped_studies() -> tuple[str, ...]:
    """Return the names of the shipped studies.

    Examples
    --------
    >>> "syria_russia" in shipped_studies()
    True
    """
    return tuple(
        sorted(
            folder.name
            for folder in _ROOT.iterdir()
            if folder.is_dir() and folder.name[0] not in "._" and any(folder.glob("*.yaml"))
        )
    )


def find_study(name_or_path: str | os.PathLike[str]) -> Path:
    """Return the folder or file of a study.

    Parameters
    ----------
    name_or_path : str or path
        The name of a shipped study (``syria-russia`` and ``syria_russia`` are one), a file or
        folder, or the name of a file ``NAME.yaml`` in the working folder.

    Raises
    ------
    InvalidRequest
        If nothing has that name, or two things have.
    """
    text = os.fspath(name_or_path)
    shipped = shipped_studies()
    named = text.replace("-", "_")
    if "\x00" in text or not text:
        raise _unknown(text, shipped)
    found = [_ROOT / named] if named in shipped else []
    here = Path(text)
    bare = here.name == text and here.suffix not in (".yaml", ".yml")
    candidates = [here, Path(f"{text}.yaml"), Path(f"{named}.yaml")] if bare else [here]
    for candidate in candidates:
        if _exists(candidate) and not any(candidate.samefile(other) for other in found):
            found.append(candidate)
    if not found:
        raise _unknown(text, shipped)
    if len(found) > 1:
        raise InvalidRequest(
            Problem(
                "",
                "several studies have this name",
                got=text,
                allowed=", ".join(str(path) for path in found),
                mend=f"write the path, such as {os.path.join('.', found[-1])}",
            )
        )
    return found[0]


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _unknown(text: str, shipped: tuple[str, ...]) -> InvalidRequest:
    local = sorted(file.stem for file in Path().glob("[!.]*.yaml"))[:20]
    names = [*shipped, *(name for name in local if name not in shipped)]
    return InvalidRequest(
        Problem(
            "",
            "unknown study",
            got=text[:200],
            allowed=", ".join(names) + ", or the path of a file or folder",
            mend=f"did you mean {text + '.yaml'!r}?"
            if _exists(Path(text + ".yaml"))
            else nearest(text.replace("-", "_"), names),
        )
    )


def load(name_or_path: str | os.PathLike[str]) -> Study:
    """Load a study by its name or path.

    Raises
    ------
    InvalidRequest
        If there is none.
    InvalidStudy, InvalidModel
        If it is wrong.

    Examples
    --------
    >>> load("syria-russia").origin
    datetime.date(2025, 8, 6)
    """
    return load_study(find_study(name_or_path))
