"""No sentence reaches people but through ``say``: none stands in code that is printed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "cli").rglob("*.py"), *(ROOT / "reports" / "texts").rglob("*.py")])
# Functions that put text before people.
SHOWN = {"print", "note", "write_text", "write_pages", "paragraph", "quoted"}
# Functions of these names return what people read.
RETURNS = re.compile(r"(_lines|_sentences?|_summary|_text|_notices|_warnings)$|^(notices|answer)$")
# What is English for a reason: errors and their parts are told in one language (docs/decisions),
# the version line is for programs, and the last resort of `main` cannot rely on any file.
ALLOWED = {("app.py", "_version"), ("app.py", "_usage"), ("app.py", "main")}
WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """Yield literal sentences of a file that people would see as they stand."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or (path.name, function.name) in ALLOWED:
            continue
        shown: list[ast.AST] = []
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
                if name in SHOWN:
                    shown += node.args
            elif isinstance(node, ast.Return | ast.Yield) and RETURNS.search(function.name):
                shown += [node.value] if node.value is not None else []
        for node in shown:
            yield from literals(node)


def literals(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the texts in an expression, but for what is given to ``say``, errors and isolated."""
    if isinstance(node, ast.Call):
        called = node.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        if name in {"say", "Problem", "InvalidRequest", "isolated", "search", "sub"}:
            return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if WORDS.search(node.value):
            yield node.lineno, node.value
        return
    for child in ast.iter_child_nodes(node):
        yield from literals(child)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_stands_in_code(path: Path) -> None:
    assert list(sentences(path)) == []


def test_a_sentence_in_code_is_found(tmp_path: Path) -> None:
    code = tmp_path / "made.py"
    code.write_text(
        'def tell():\n    """Not seen by people."""\n    print(f"nothing has moved {1}")\n'
        '    print(say("a.key", words="not a sentence of ours"))\n'
        'def some_lines():\n    return ["what it says here"]\n'
        'def other():\n    return "kept to itself inside"\n',
        encoding="utf-8",
    )
    assert [text for _, text in sentences(code)] == ["nothing has moved ", "what it says here"]
