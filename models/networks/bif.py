"""A network in BIF, the interchange format that most libraries read.

BIF has no place for evidence, so the file names it in its comments. Comments are plain ASCII
(what is not is escaped): readers differ in what they take as a letter. pyAgrum keeps the
numbers of this format in single precision; pgmpy keeps all digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path

from tarjih.models.networks.files import network_notes, write_whole
from tarjih.models.networks.network import Network, Node
from tarjih.scenarios.records import translate

__all__ = ["bif_text", "write_bif"]

# Words of the grammar: no reader takes them as names.
_RESERVED = {
    "default", "discrete", "network", "probability", "property", "table", "type", "variable",
}  # fmt: skip
_BLOCKS = ("variable", "probability")


def write_bif(network: Network, path: Path) -> None:
    """Write a network as BIF, by way of a temporary file beside it.

    Raises
    ------
    CannotCompute
        If it cannot be written.
    """
    write_whole(path, bif_text(network))


def bif_text(network: Network) -> str:
    """Return a network as BIF, numbers with all their digits.

    Parameters
    ----------
    network : Network

    Returns
    -------
    str
        ASCII.

    Notes
    -----
    An id that is a word of the grammar gets an underscore at its end.

    Examples
    --------
    >>> from tarjih.models.networks.unrolled import unrolled_network
    >>> from tarjih.scenarios import load
    >>> study = load("syria_russia")
    >>> text = bif_text(unrolled_network(study, horizon=1, drivers=["us_withdrawal"]))
    >>> text[text.index("variable us_withdrawal_0"):].splitlines()[1]
    '  type discrete [ 3 ] { stays, partial, full };'
    """
    lines = [_comment(note) for note in network_notes(network)]
    lines += ["// Evidence, each item in this state:"]
    lines += [f"//   {node} = {state}" for node, state in network.observed.items()]
    name = network.study.id
    if name in _RESERVED or any(word in name for word in _BLOCKS):
        name = "tarjih_study"
    lines += [f"network {name} {{", "}"]
    sizes = {node.id: node.states for node in network.nodes}
    for node in network.nodes:
        lines += [
            _comment(f"{translate(node.label, 'en')}, {network.date(node.step).isoformat()}"),
            f"variable {node.id} {{",
            f"  type discrete [ {len(node.states)} ] {{ {', '.join(_names(node.states))} }};",
            "}",
        ]
    for node in network.nodes:
        lines += _probabilities(node, [sizes[parent] for parent in node.parents])
    return "\n".join(lines) + "\n"


def _probabilities(node: Node, parents: Sequence[Sequence[str]]) -> Iterator[str]:
    if not parents:
        yield f"probability ( {node.id} ) {{"
        yield f"  table {_numbers(node.table.tolist())};"
    else:
        yield f"probability ( {node.id} | {', '.join(node.parents)} ) {{"
        rows = node.table.reshape(-1, len(node.states)).tolist()
        settings = product(*(_names(states) for states in parents))
        for setting, row in zip(settings, rows, strict=True):
            yield f"  ( {', '.join(setting)} ) {_numbers(row)};"
    yield "}"


def _names(states: Iterable[str]) -> list[str]:
    return [f"{state}_" if state in _RESERVED else state for state in states]


def _numbers(row: Sequence[float]) -> str:
    return ", ".join(map(repr, row))


def _comment(text: str) -> str:
    plain = " ".join(text.split()).encode("ascii", "backslashreplace").decode()
    return f"// {plain}"
