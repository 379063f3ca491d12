"""A network in XDSL, the format of GeNIe and SMILE.

Tables stand in SMILE's order: the first parent varies slowest, the node's own states fastest
(support.bayesfusion.com/docs/SMILE/using_arrays.html). pgmpy reads them so; pyAgrum 3.3 takes
the first parent to vary fastest, which garbles nodes of several parents: give it BIF.

The file has no place for evidence either: a text box tells of it. A node is named by its id,
which is what pyAgrum looks for there, and its label is its comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tarjih.models.networks.files import network_notes, write_whole
from tarjih.models.networks.network import Network, Node
from tarjih.scenarios.records import translate

__all__ = ["write_xdsl", "xdsl_text"]

_COLOURS = {"scenario": "fde9c4", "driver": "e5f6f7", "item": "e7e7e7"}
_WIDTH, _HEIGHT, _GAP_X, _GAP_Y = 190, 40, 70, 20
_LINE = 15
_ESCAPED = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"))
# XML 1.0 has no place for these, escaped or not.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xdsl(network: Network, path: Path, *, lang: str = "en") -> None:
    """Write a network as XDSL, by way of a temporary file beside it.

    Raises
    ------
    CannotCompute
        If it cannot be written.
    """
    write_whole(path, xdsl_text(network, lang=lang))


def xdsl_text(network: Network, *, lang: str = "en") -> str:
    """Return a network as XDSL, numbers with all their digits.

    Parameters
    ----------
    network : Network
    lang : {"en", "ar"}
        Of the labels.

    Returns
    -------
    str

    Examples
    --------
    >>> from tarjih.models.networks.unrolled import unrolled_network
    >>> from tarjih.scenarios import load
    >>> study = load("syria_russia")
    >>> text = xdsl_text(unrolled_network(study, horizon=1, drivers=["us_withdrawal"]))
    >>> text[text.index('<cpt id="us_withdrawal_0">'):].split()[2:5]
    ['<state', 'id="stays"', '/>']
    """
    name = network.study.id
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<smile version="1.0" id="{name}" numsamples="10000" discsamples="10000">',
        "  <nodes>",
    ]
    for node in network.nodes:
        lines += _definition(node)
    title = _text(translate(network.study.title, lang))
    lines += [
        "  </nodes>",
        "  <extensions>",
        f'    <genie version="1.0" app="tarjih" name="{title}" faultnameformat="nodestate">',
    ]
    lowest = 0
    rows: dict[tuple[int, bool], int] = {}
    drivers = len(network.study.drivers)
    for node in network.nodes:
        # Drivers above the scenario, its items and theirs below it.
        place = rows.get((node.step, node.kind == "item"), 0)
        rows[node.step, node.kind == "item"] = place + 1
        row = place + (drivers + 1 if node.kind == "item" else 0)
        lowest = max(lowest, row)
        lines += _picture(network, node, row, lang)
    lines += _box(network, lowest + 1)
    lines += ["    </genie>", "  </extensions>", "</smile>"]
    return "\n".join(lines) + "\n"


def _definition(node: Node) -> Iterator[str]:
    yield f'    <cpt id="{node.id}">'
    for state in node.states:
        yield f'      <state id="{state}" />'
    if node.parents:
        yield f"      <parents>{' '.join(node.parents)}</parents>"
    numbers = " ".join(map(repr, node.table.ravel().tolist()))
    yield f"      <probabilities>{numbers}</probabilities>"
    yield "    </cpt>"


def _picture(network: Network, node: Node, row: int, lang: str) -> Iterator[str]:
    left = _GAP_X + node.step * (_WIDTH + _GAP_X)
    top = _GAP_Y + row * (_HEIGHT + _GAP_Y)
    label = translate(node.label, lang)
    yield f'      <node id="{node.id}">'
    yield f"        <name>{node.id}</name>"
    yield f'        <interior color="{_COLOURS[node.kind]}" />'
    yield '        <outline color="000080" />'
    yield '        <font color="000000" name="Arial" size="8" />'
    yield f"        <position>{left} {top} {left + _WIDTH} {top + _HEIGHT}</position>"
    yield f"        <comment>{_text(f'{label}, {network.date(node.step)}')}</comment>"
    yield "      </node>"


def _box(network: Network, row: int) -> Iterator[str]:
    """Say at the bottom what the network is, and which evidence to set."""
    notes = [*network_notes(network), "Evidence, each item in this state:"]
    notes += [f"{node} = {state}" for node, state in network.observed.items()]
    top = _GAP_Y + row * (_HEIGHT + _GAP_Y)
    caption = "\\n".join(_text(note.replace("\\", "/")) for note in notes)
    yield "      <textbox>"
    yield f"        <caption>{caption}</caption>"
    yield '        <font color="000000" name="Arial" size="8" />'
    yield f"        <position>{_GAP_X} {top} {_GAP_X + 900} {top + _LINE * len(notes)}</position>"
    yield "      </textbox>"


def _text(text: str) -> str:
    """Return text that fits between tags and into attributes."""
    plain = _FORBIDDEN.sub("", " ".join(text.split()))
    for letter, escaped in _ESCAPED:
        plain = plain.replace(letter, escaped)
    return plain
