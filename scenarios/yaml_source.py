"""Read YAML into plain data, and remember where every key stands.

Only the parser's events are used. Nothing is ever constructed, so no tag can run code, no
alias can multiply, and the traps of YAML 1.1 do not exist: ``true`` and ``false`` are truth
values, numbers are numbers, and everything else (``no``, ``on``, ``2025-08-06``) is the text
that stands there. What a study has no use for is refused with its place: anchors and aliases,
tags, duplicate keys, several documents, control characters, deep nesting, other
encodings than UTF-8, files over 10 MB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from tarjih.errors import Problem
from tarjih.scenarios.files import CONTROL, Refused, display_name, read_text

__all__ = ["Place", "Positions", "YamlFile", "read_yaml"]

MAX_DEPTH: Final = 32
MAX_NODES: Final = 500_000

# (file as shown, line, column), both counted from 1.
Place = tuple[str, int, int]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_HINTS = (
    (
        "cannot start any token",
        "indent with spaces, never tabs, and quote text that starts with "
        "a special character such as @ ` % or *",
    ),
    (
        "mapping values are not allowed",
        "is a colon missing on the line before? Else put text that holds a colon in quotes",
    ),
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


def read_yaml(path: Path, *, lists: bool = False) -> YamlFile:
    """Read one file.

    Parameters
    ----------
    path : Path
    lists : bool
        Let the file be a list as well, which is then its only section, named ``""``.

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
        text = read_text(path, shown)
        result.data = _Builder(text, shown, result).build(lists=lists)
    except Refused as refused:
        result.problems.append(refused.problem)
    return result


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

    def build(self, *, lists: bool = False) -> dict[str, Any]:
        try:
            loader = _Loader(self._text)
            try:
                self._consume(loader.get_event)
            finally:
                loader.dispose()
        except yaml.MarkedYAMLError as error:
            raise Refused(self._syntax(error)) from None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            what = " ".join(str(error).split())[:200]
            raise Refused(Problem(f"{self._shown}:1:1", f"this is not YAML ({what})")) from None
        if lists and isinstance(self._root, list):
            return {"": self._root}
        if not isinstance(self._root, dict):
            empty = self._root is None
            raise Refused(
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

    def _refuse(self, event: Any, what: str, got: str | None, mend: str) -> Refused:
        return Refused(Problem(self._where(event), what, got=got, mend=mend))

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
        if quoted and CONTROL.search(text):
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
    if text[:1].isdigit() or text.startswith(("+", "-", ".")):
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        return text
    if text in _NULLS:
        return None
    return _TRUTHS.get(text, text)
