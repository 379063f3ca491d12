"""A report into a file, by its suffix: looked at before any work, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tarjih.errors import CannotCompute, InvalidRequest, Problem

if TYPE_CHECKING:
    from tarjih.reports.report.blocks import Manuscript

__all__ = ["FORMATS", "check_report_path", "save_report"]

_OPTION = "--out"
FORMATS = (".html", ".pdf", ".md", ".docx")
"""What a report can be written as."""


def check_report_path(path: str | Path) -> Path:
    """Return where a report goes, if it can be written there.

    Raises
    ------
    InvalidRequest
        If the suffix says no format, what writes it is not installed, or nothing can be written
        in that place.

    Examples
    --------
    >>> check_report_path("brief.pdf").suffix
    '.pdf'
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in FORMATS:
        problem = Problem(
            _OPTION,
            "the suffix does not say what to write",
            got=str(path),
            allowed=", ".join(FORMATS),
            mend=f"for instance {target.with_suffix('.html').name}" if target.name else None,
        )
        raise InvalidRequest(problem)
    if suffix == ".docx" and find_spec("docx") is None:
        problem = Problem(
            _OPTION,
            "a .docx needs python-docx, which is not installed",
            mend="pip install 'tarjih[docx]', or take .html, .pdf or .md",
        )
        raise InvalidRequest(problem)
    _check_place(target)
    return target


def _check_place(target: Path) -> None:
    parent = target.parent
    if target.is_dir():
        raise InvalidRequest(Problem(_OPTION, "this is a folder", str(target), "a file"))
    if not parent.is_dir():
        raise InvalidRequest(
            Problem(_OPTION, "there is no such folder", str(parent), mend="make it first")
        )
    if target.exists() and not os.access(target, os.W_OK):
        raise InvalidRequest(Problem(_OPTION, "this file may not be written", str(target)))
    try:
        # Only trying tells: a file system may be mounted so that nobody can write to it.
        with tempfile.TemporaryFile(dir=parent):
            pass
    except OSError as error:
        what = f"nothing can be written in this folder: {error.strerror}"
        raise InvalidRequest(Problem(_OPTION, what, str(parent))) from None


def save_report(manuscript: Manuscript, path: str | Path) -> Path:
    """Write a report as its suffix says; a file that is there is replaced.

    The same manuscript gives the same bytes. Charts of a ``.md`` stand beside it, in the folder
    ``NAME-files``.

    Parameters
    ----------
    manuscript : Manuscript
    path : str or Path
        Ending in one of `FORMATS`.

    Returns
    -------
    Path

    Raises
    ------
    InvalidRequest
        As `check_report_path`.
    CannotCompute
        If the file cannot be written; what was there before then stands.
    """
    target = check_report_path(path)
    made = _WRITERS[target.suffix.lower()](manuscript, target)
    try:
        for name, content in made.items():
            _replace(target.parent / name, content)
    except OSError as error:
        raise CannotCompute(
            f"{target}: the report could not be written: {error.strerror}"
        ) from None
    return target


def _replace(target: Path, content: bytes) -> None:
    """Write a file beside its place, and put it there when it is whole."""
    target.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        beside.chmod(_mode(target))
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """Return the rights that a file has, or that a new one would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _html(manuscript: Manuscript, target: Path) -> Mapping[str, bytes]:
    from tarjih.reports.report.html import html_report

    return {target.name: html_report(manuscript).encode()}


def _pdf(manuscript: Manuscript, target: Path) -> Mapping[str, bytes]:
    from tarjih.reports.report.pdf import pdf_report

    return {target.name: pdf_report(manuscript)}


def _markdown(manuscript: Manuscript, target: Path) -> Mapping[str, bytes]:
    from tarjih.reports.report.markdown import markdown_report

    folder = f"{target.stem}-files"
    text, pictures = markdown_report(manuscript, folder)
    # The pictures first, so that no page is there whose pictures are not.
    files = {f"{folder}/{name}": content for name, content in pictures.items()}
    return {**files, target.name: text.encode()}


def _docx(manuscript: Manuscript, target: Path) -> Mapping[str, bytes]:
    from tarjih.reports.report.docx import docx_report

    return {target.name: docx_report(manuscript)}


_WRITERS: Mapping[str, Callable[[Manuscript, Path], Mapping[str, bytes]]] = {
    ".html": _html,
    ".pdf": _pdf,
    ".md": _markdown,
    ".docx": _docx,
}
