"""What every file of a network says of itself, and how it is put on the disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tarjih.errors import CannotCompute
from tarjih.models.networks.network import Network
from tarjih.scenarios.records import translate

__all__ = ["network_notes", "put_in_place", "write_whole"]


def network_notes(network: Network) -> tuple[str, ...]:
    """Return what a reader of the file must know, a sentence each, in English."""
    forecast = network.forecast
    study = forecast.study
    notes = [
        f"{translate(study.title, 'en')} ({study.id}), unrolled by tarjih: step 0 is "
        f"{study.origin}, step {forecast.as_of_step} is as of {forecast.as_of}, step "
        f"{forecast.horizon_step} is {forecast.horizon}.",
        "One parameter vector: the mean over the draws as the evidence weighs them, of "
        "utilities and effects as they are, of review times and rates on their logarithms. "
        "A forecast averages over all draws, so its probabilities differ from these.",
        "A report counts by the ratio of its probabilities; their size means nothing.",
    ]
    if network.evidence.trust is not None:
        notes.append("Trust in the sources is learned: theirs is the mean too, on the logit.")
    if network.fixed:
        standing = ", ".join(
            f"{id}={study.driver(id).levels[level].id}" for id, level in network.fixed.items()
        )
        notes.append(f"Fixed at all steps: {standing}.")
    if network.left_out:
        items = ", ".join(item.id for item in network.left_out)
        notes.append(f"Left out, since they report drivers that are fixed: {items}.")
    for held in forecast.interventions:
        level = study.driver(held.driver).levels[held.level].id
        since = "the step after as-of" if held.start is None else held.start.isoformat()
        notes.append(f"Held by intervention: {held.driver}={level} from {since} on.")
    if study.retrospective:
        notes.append("The coding of this study is retrospective.")
    return tuple(notes)


def write_whole(path: Path, text: str) -> None:
    """Write a text file in one piece, or not at all.

    Raises
    ------
    CannotCompute
        If it cannot be written.
    """
    with put_in_place(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def put_in_place(path: Path) -> Iterator[Path]:
    """Give a temporary file beside ``path`` to write to, and move it there at the end.

    Raises
    ------
    CannotCompute
        If that fails.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            temporary.chmod(0o644)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise CannotCompute(f"{path}: could not be written: {error.strerror or error}") from None
