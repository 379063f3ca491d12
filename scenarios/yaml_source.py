"""Read YAML into plain data, and remember where every key stands.

Only the parser's events are used. Nothing is ever constructed, so no tag can run code, no
alias can multiply, and the traps of YAML 1.1 do not exist: ``true`` and ``false`` are truth
values, numbers are numbers, and everything else (``no``, ``on``, ``2025-08-06``) is the text
that stands there. What a study has no use for is refused with its place: anchors and aliases,
tags, duplicate keys, several documents, control characters, deep nesting, other
encodings than UTF-8, files over 10 MB.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from tarjih.errors import CannotCompute, InvalidStudy, Problem

__all__ = ["MAX_BYTES", "Place", "Positions", "YamlFile", "read_yaml", "yaml_files"]

MAX_BYTES: Final = 10_000_000
MAX_DEPTH: Final = 32
MAX_NODES: Final = 500_000
MAX_FILES: Final = 1_000
MAX_FOLDERS: Final = 5_000

# (file as shown, line, column), both counted from 1.
Place = tuple[str, int, int]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# All of C0 and C1 but tab, line feed, carriage return and next line; and non-characters.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_HINTS = (
    (
        "cannot start any token",
        "indent with spaces, never tabs, and quote text that starts with "
        "a special character such as @ ` % or *",
    ),
    ("mapping values are not allowed", "put text that holds a colon in quotes"),
    (
        "expected <block end>",
        "check the indentation, and quote text that starts with a quotation mark, or holds ': '",
    ),
    ("unexpected end of stream", "close the quotation mark or bracket"),
    ("could not find expected ':'", "every line of a mapping reads `key: value`"),
    ("expected ',' or", "close the bracket, and separate the entries with commas"),
)


class Positions(Mapping[str, str]):
    """Dotted path to ``file:line:column``; formatted only when asked for.

    Examples
    --------
    >>> Positions({"study.origin": ("demo.yaml", 3, 5)})["study.origin"]
    'demo.yaml:3:5'
    """

    __slots__ = ("_places",)

    def __init__(self, places: dict[str, Place]) -> None:
        self._places = places

    def __getitem__(self, path: str) -> str:
        file, line, column = self._places[path]
        return f"{file}:{line}:{column}"

    def __contains__(self, path: object) -> bool:
        return path in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class YamlFile:
    """The content of one file: its data, the places of its keys, and what is wrong.

    Attributes
    ----------
    data : dict
        Mappings, lists, str, int, float, bool; None where a value is missing.
    places : dict of dotted path to Place
        Of a mapping's entry the place of its key, of a list's entry its own.
    problems : list of Problem
        What can be told without giving up on the file.
    """

    __slots__ = ("data", "places", "problems")

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.places: dict[str, Place] = {}
        self.problems: list[Problem] = []


class _Refused(Exception):
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


def read_yaml(path: Path) -> YamlFile:
    """Read one file.

    Returns
    -------
    YamlFile
        ``problems`` is not empty when the file is wrong; then ``data`` holds what could be read.

    Raises
    ------
    CannotCompute
        If the operating system does not let the file be read.
    """
    shown = display_name(path)
    result = YamlFile()
    try:
        text = _text(path, shown)
        result.data = _Builder(text, shown, result).build()
    except _Refused as refused:
        result.problems.append(refused.problem)
    return result


def _text(path: Path, shown: str) -> str:
    def refuse(what: str, place: str = "1:1", **details: str) -> _Refused:
        return _Refused(Problem(f"{shown}:{place}", what, **details))

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
    control = _CONTROL.search(text)
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


class _Frame:
    """An open mapping or list."""

    __slots__ = ("key", "node", "path")

    def __init__(self, node: dict[str, Any] | list[Any], path: str) -> None:
        self.node = node
        self.path = path
        self.key: str | None = None


class _Builder:
    """Plain data out of the parser's events, without recursion."""

    def __init__(self, text: str, shown: str, result: YamlFile) -> None:
        self._text = text
        self._shown = shown
        self._places = result.places
        self._problems = result.problems
        self._root: Any = None
        self._stack: list[_Frame] = []

    def build(self) -> dict[str, Any]:
        try:
            loader = _Loader(self._text)
            try:
                self._consume(loader.get_event)
            finally:
                loader.dispose()
        except yaml.MarkedYAMLError as error:
            raise _Refused(self._syntax(error)) from None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            what = " ".join(str(error).split())[:200]
            raise _Refused(Problem(f"{self._shown}:1:1", f"this is not YAML ({what})")) from None
        if not isinstance(self._root, dict):
            empty = self._root is None
            raise _Refused(
                Problem(
                    f"{self._shown}:1:1",
                    "the file is empty" if empty else "the file holds no sections",
                    allowed="sections such as `study:` and `scenarios:`",
                    mend="`tarjih new NAME` writes a commented example",
                )
            )
        return self._root

    def _consume(self, get_event: Any) -> None:
        nodes = 0
        documents = 0
        while True:
            event = get_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._open(event, {} if kind is yaml.MappingStartEvent else [])
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._stack.pop()
                continue
            elif kind is yaml.AliasEvent:
                raise self._refuse(
                    event,
                    "aliases are not allowed",
                    f"*{event.anchor}",
                    "write the content out where it is needed",
                )
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise self._refuse(
                        event,
                        "a file holds one document",
                        "---",
                        "put the second document into a file of its own",
                    )
                continue
            elif event is None or kind is yaml.StreamEndEvent:
                return
            else:
                continue
            nodes += 1
            if nodes > MAX_NODES:
                raise self._refuse(
                    event,
                    "the file holds too many values",
                    None,
                    "split the study into several files of a folder",
                )

    def _refuse(self, event: Any, what: str, got: str | None, mend: str) -> _Refused:
        return _Refused(Problem(self._where(event), what, got=got, mend=mend))

    def _where(self, event: Any) -> str:
        mark = event.start_mark
        return f"{self._shown}:{mark.line + 1}:{mark.column + 1}"

    def _plain(self, event: Any) -> None:
        """Refuse anchors and tags."""
        if event.anchor is not None:
            raise self._refuse(
                event,
                "anchors are not allowed",
                f"&{event.anchor}",
                "write the content out where it is needed",
            )
        if event.tag is not None:
            raise self._refuse(
                event,
                "tags are not allowed",
                str(event.tag)[:80],
                "remove the tag; quote what must stay text",
            )

    def _open(self, event: Any, node: dict[str, Any] | list[Any]) -> None:
        self._plain(event)
        if self._stack and isinstance(self._stack[-1].node, dict) and self._stack[-1].key is None:
            raise self._refuse(
                event,
                "a key must be plain text",
                None,
                "put text that starts with a bracket in quotes",
            )
        if len(self._stack) >= MAX_DEPTH:
            raise self._refuse(
                event, "nested too deeply", None, f"a study needs no more than {MAX_DEPTH} levels"
            )
        path = self._add(event, node)
        self._stack.append(_Frame(node, path))

    def _scalar(self, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self._plain(event)
        text: str = event.value
        quoted = bool(event.style)
        if quoted and _CONTROL.search(text):
            raise self._refuse(event, "control character in a quoted text", None, "remove it")
        if self._stack:
            frame = self._stack[-1]
            if frame.key is None and isinstance(frame.node, dict):
                self._key(event, frame, text, quoted)
                return
        value = text if quoted else _value(text)
        self._add(event, value)

    def _key(self, event: Any, frame: _Frame, text: str, quoted: bool) -> None:
        if not quoted and (text in _NULLS or text in _TRUTHS):
            self._problems.append(
                Problem(
                    self._where(event),
                    "a key must be text",
                    got=text,
                    mend=f"choose another name, or quote it: '{text}'",
                )
            )
        path = f"{frame.path}.{text}" if frame.path else text
        if text in frame.node:
            first = self._places[path]
            self._problems.append(
                Problem(
                    self._where(event),
                    "duplicate key",
                    got=text,
                    mend=f"it stands already in line {first[1]}: remove or rename one",
                )
            )
        mark = event.start_mark
        self._places[path] = (self._shown, mark.line + 1, mark.column + 1)
        frame.key = text

    def _add(self, event: Any, value: Any) -> str:
        """Put a value where it belongs and return its path."""
        if not self._stack:
            self._root = value
            return ""
        frame = self._stack[-1]
        node = frame.node
        if isinstance(node, dict):
            key = frame.key or ""
            path = f"{frame.path}.{key}" if frame.path else key
            node[key] = value
            frame.key = None
            return path
        path = f"{frame.path}.{len(node)}"
        mark = event.start_mark
        self._places[path] = (self._shown, mark.line + 1, mark.column + 1)
        node.append(value)
        return path

    def _syntax(self, error: yaml.MarkedYAMLError) -> Problem:
        mark = error.problem_mark or error.context_mark
        place = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
        what = " ".join((error.problem or error.context or str(error)).split())
        mend = next((hint for sign, hint in _HINTS if sign in what), "check the lines above")
        return Problem(f"{self._shown}:{place}", f"this is not YAML ({what})", mend=mend)


def _value(text: str) -> Any:
    """Read an unquoted scalar (the core schema of YAML 1.2, without octal and hex)."""
    first = text[:1]
    if first.isdigit() or first in "+-.":
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        return text
    if text in _NULLS:
        return None
    return _TRUTHS.get(text, text)
