"""What must hold of a study as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tarjih.errors import Problem
from tarjih.scenarios.records import Study
from tarjih.scenarios.references import References

__all__ = ["check_structure", "link_order"]


def check_structure(study: Study, refs: References) -> None:
    """Note what is missing or impossible: `other`, a second scenario, a way out of a cycle."""
    book = refs.book
    ids = refs.sections["scenarios"]
    place = book.where("scenarios") if ids else book.where("study")
    if "other" not in ids:
        book.problems.append(
            Problem(
                place,
                "the scenario 'other' is missing",
                mend="add `other:`, for what nobody thought of",
            )
        )
    if len([id for id in ids if id != "other"]) < 2:
        book.problems.append(
            Problem(
                place,
                "a study needs at least two scenarios besides 'other'",
                got=str(len([id for id in ids if id != "other"])),
                mend="add another scenario",
            )
        )
    for link in study.links:
        if link.parent == link.child:
            book.add_model(
                f"links.{link.id}",
                "a driver is linked to itself",
                got=link.parent,
                mend="a link goes from one driver to another",
            )
    pairs = [(link.parent, link.child) for link in study.links if link.parent != link.child]
    ordered = link_order(refs.sections["drivers"], pairs)
    circle = [id for id in refs.sections["drivers"] if id not in ordered]
    if circle:
        inside = [link for link in study.links if link.parent in circle and link.child in circle]
        book.add_model(
            f"links.{inside[-1].id}" if inside else "links",
            "the links form a circle",
            got=" → ".join(_circle(circle, pairs)),
            mend="remove one of these links",
        )


def link_order(ids: Iterable[str], pairs: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return ids with parents before children; those in or after a circle are left out.

    Parameters
    ----------
    ids : iterable of str
        In the order to keep where links leave a choice.
    pairs : sequence of (parent, child)

    Examples
    --------
    >>> link_order(["exit", "deal"], [("deal", "exit")])
    ('deal', 'exit')
    >>> link_order(["a", "b"], [("a", "b"), ("b", "a")])
    ()
    """
    waiting = dict.fromkeys(ids)
    done: dict[str, None] = {}
    while True:
        ready = [
            id
            for id in waiting
            if all(
                parent in done or parent not in waiting for parent, child in pairs if child == id
            )
        ]
        if not ready:
            return tuple(done)
        # One at a time keeps the written order as far as links allow.
        done[ready[0]] = None
        del waiting[ready[0]]


def _circle(left: Sequence[str], pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Return one circle among what is left, its first member repeated at the end."""
    parent_of = {child: parent for parent, child in pairs if parent in left and child in left}
    path, current = [], next(id for id in left if id in parent_of)
    while current not in path:
        path.append(current)
        current = parent_of[current]
    circle = path[path.index(current) :]
    circle.reverse()
    return [circle[-1], *circle]
