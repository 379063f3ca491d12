"""Find the files of a study, and read their text: UTF-8, of bearable size, without tricks."""

from __future__ import annotations

import codecs
import os
import re
from pathlib import Path
from typing import Final

from tarjih.errors import CannotCompute, InvalidStudy, Problem

__all__ = ["CONTROL", "MAX_BYTES", "Refused", "display_name", "read_text", "yaml_files"]

MAX_BYTES: Final = 10_000_000
MAX_FILES: Final = 1_000
MAX_FOLDERS: Final = 5_000

# All of C0 and C1 but tab, line feed, carriage return and next line; and non-characters.
CONTROL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)
_OTHER_ENCODINGS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class Refused(Exception):
    """The file cannot be read any further."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def yaml_files(path: Path) -> tuple[Path, ...]:
    """Return the file itself, or every ``*.yaml`` (and ``*.yml``) below a folder, in order.

    Hidden files and folders are left out.

    Raises
    ------
    InvalidStudy
        If there is no such file or folder, or no YAML in the folder.
    """
    shown = display_name(path)
    if not path.is_dir():
        if not path.exists():
            raise InvalidStudy(Problem(shown, "there is no such file or folder"))
        return (path,)
    found: list[Path] = []
    for folders, (root, names, files) in enumerate(os.walk(path)):
        names[:] = sorted(name for name in names if not name.startswith("."))
        found += [
            Path(root, file)
            for file in files
            if file.endswith((".yaml", ".yml")) and not file.startswith(".")
        ]
        if len(found) > MAX_FILES or folders > MAX_FOLDERS:
            raise InvalidStudy(
                Problem(
                    shown,
                    "too many files and folders for a study",
                    allowed=f"at most {MAX_FILES} files",
                    mend="point to the study's own folder",
                )
            )
    if not found:
        raise InvalidStudy(
            Problem(
                shown,
                "the folder holds no .yaml file",
                mend="point to a study's folder or to its file",
            )
        )
    return tuple(sorted(found, key=lambda file: file.relative_to(path).as_posix()))


def display_name(path: Path) -> str:
    """Return the path as people know it: relative when it lies below the working folder.

    Examples
    --------
    >>> display_name(Path.cwd() / "demo.yaml")
    'demo.yaml'
    """
    try:
        relative = path.absolute().relative_to(Path.cwd())
    except (ValueError, OSError):
        return str(path)
    return str(relative)


def read_text(path: Path, shown: str) -> str:
    """Return the text of a file.

    Parameters
    ----------
    path : Path
    shown : str
        The file as messages name it.

    Raises
    ------
    Refused
        If it is too large, not UTF-8, or holds control characters.
    CannotCompute
        If the operating system does not let it be read.
    """

    def refuse(what: str, place: str = "1:1", **details: str) -> Refused:
        return Refused(Problem(f"{shown}:{place}", what, **details))

    try:
        if not path.is_file():
            raise refuse("this is no regular file", mend="name a YAML file, or a study's folder")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise refuse(
                "the file is too large",
                got=f"{size / 1e6:.0f} MB",
                allowed="10 MB",
                mend="split the study into several files of a folder",
            )
        with path.open("rb") as handle:
            content = handle.read(MAX_BYTES + 1)
    except OSError as error:
        raise CannotCompute(f"{shown}: cannot be read: {error.strerror or error}") from None
    for mark, name in _OTHER_ENCODINGS:
        if content.startswith(mark):
            raise refuse("wrong encoding", got=name, allowed="UTF-8", mend="save the file as UTF-8")
    if b"\x00" in content[:4]:
        raise refuse(
            "wrong encoding", got="UTF-16 or UTF-32", allowed="UTF-8", mend="save the file as UTF-8"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        before = content[content.rfind(b"\n", 0, error.start) + 1 : error.start]
        column = len(before.decode("utf-8-sig", "replace")) + 1
        raise refuse(
            "wrong encoding",
            f"{line}:{column}",
            got=f"byte 0x{content[error.start]:02x}",
            allowed="UTF-8",
            mend="save the file as UTF-8",
        ) from None
    control = CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        column = control.start() - text.rfind("\n", 0, control.start())
        raise refuse(
            "control character",
            f"{line}:{column}",
            got=f"U+{ord(control[0]):04X}",
            mend="remove it",
        )
    return text
