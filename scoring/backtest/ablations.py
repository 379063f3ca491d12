"""What is taken away from the method, one part at a time.

Each ablation changes the study, the items or the draws, and nothing else: the draws are the same
ones, and so are the dice, so that a difference is the missing part's. Only where the draws
themselves are what is changed can they not be the same (no judgements), or not be moved after the
evidence (no judgements, no review time).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from tarjih.evidence.weighing.reliability import combine_grades, without_source
from tarjih.priors.assumptions import assumptions_of
from tarjih.priors.draws import Draws
from tarjih.priors.stated_prior import sample_prior
from tarjih.scenarios.records import Item, Source, Study
from tarjih.scoring.backtest.replaying import counted

__all__ = ["Ablation", "Kind", "Variant", "ablations_of", "graded_alike", "variant_of"]

Kind = Literal[
    "full",
    "no_evidence",
    "no_grading",
    "no_clusters",
    "no_review_time",
    "no_links",
    "no_judgements",
    "without",
]
_PARTS: tuple[Kind, ...] = (
    "full",
    "no_evidence",
    "no_grading",
    "no_clusters",
    "no_review_time",
    "no_links",
    "no_judgements",
)
_AT_ONCE = 1e-9  # months; so short that every scenario is reconsidered at each step
_LETTER: Literal["C"] = "C"
_DIGIT = 3
_NOBODY = "~nobody"


@dataclass(frozen=True, slots=True)
class Ablation:
    """The method with a part missing; ``full`` is the whole.

    Attributes
    ----------
    kind : str
    source : str
        Who is left out, of the kind ``without``; else empty.
    """

    kind: Kind
    source: str = ""

    @property
    def id(self) -> str:
        """Its name in documents."""
        return f"without:{self.source}" if self.source else self.kind


@dataclass(frozen=True, slots=True)
class Variant:
    """What a forecast is made of, and whether two are the same.

    Attributes
    ----------
    study : Study
    items : tuple of Item
        Known by the date, and such as may count.
    of_study : str
        What was changed in the study; empty for nothing.
    of_draws : {"given", "reconsidered", "prior"}
        Which draws.
    """

    study: Study
    items: tuple[Item, ...]
    of_study: str
    of_draws: Literal["given", "reconsidered", "prior"]

    def like(self, other: Variant) -> bool:
        """Return whether both lead to the same forecast."""
        return (
            self.of_study == other.of_study
            and self.of_draws == other.of_draws
            and self.items == other.items
        )

    def draws_of(self, draws: Draws, seed: int) -> Draws:
        """Return the draws, made from those of the study.

        Parameters
        ----------
        draws : Draws
        seed : int
            Of the stated priors' sample.
        """
        if self.of_draws == "given":
            return draws
        if self.of_draws == "prior":
            bare = replace(self.study, judgements=(), base_rates=None)
            return _unmoved(sample_prior(bare, len(draws), seed=seed))
        return _unmoved(replace(draws, review_time=np.full_like(draws.review_time, _AT_ONCE)))


def ablations_of(study: Study, items: Iterable[Item]) -> tuple[Ablation, ...]:
    """Return the whole method, then each that lacks a part.

    Parameters
    ----------
    study : Study
    items : iterable of Item
        Each source that tells any that may count is left out once.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> [one.id for one in ablations_of(study, study.items)][-2:]
    ['without:syrian_presidency', 'without:unnamed_media']
    """
    told = counted(study, items)
    sources = {name for item in told for name in (*item.sources, *item.relays.values())}
    # The views of a pool have each a prior of their own.
    parts = [part for part in _PARTS if part != "no_judgements" or not study.analysts]
    return (
        *(Ablation(part) for part in parts),
        *(Ablation("without", source) for source in sorted(sources)),
    )


def variant_of(ablation: Ablation, study: Study, items: tuple[Item, ...]) -> Variant:
    """Return what a forecast is made of where a part of the method is missing.

    Parameters
    ----------
    ablation : Ablation
    study : Study
    items : tuple of Item
        What was known by the date (`known_by`), and no more.

    Notes
    -----
    - ``no_evidence``: no item.
    - ``no_grading``: every teller of every item is as reliable as the mean of all tellers' grades
      over the items known by the date (`graded_alike`).
    - ``no_clusters``: every item counts in full.
    - ``no_review_time``: the scenario in force is reconsidered at each step (ρ = 1), so belief
      follows the pull at once.
    - ``no_links``: drivers move by themselves.
    - ``no_judgements``: parameters as stated before any judgement or base rate.
    - ``without``: items without what the source told, and without those who only relayed it. Its
      judgements stay, for they are in the draws.
    """
    told = counted(study, items)
    match ablation.kind:
        case "no_evidence":
            return Variant(study, (), "", "given")
        case "no_grading" if told:
            alike, same, reliability = graded_alike(study, told)
            return Variant(alike, same, f"graded {reliability!r}", "given")
        case "no_clusters":
            apart = tuple(replace(item, cluster=None) for item in told)
            return Variant(study, apart if _overlaps(told) else told, "", "given")
        case "no_review_time":
            return Variant(study, told, "", "reconsidered")
        case "no_links" if study.links:
            return Variant(replace(study, links=()), told, "no links", "given")
        case "no_judgements":
            return Variant(study, told, "", "prior")
        case "without":
            left = (without_source(item, ablation.source) for item in told)
            return Variant(study, tuple(item for item in left if item), "", "given")
    return Variant(study, told, "", "given")


def graded_alike(study: Study, items: tuple[Item, ...]) -> tuple[Study, tuple[Item, ...], float]:
    """Return a study and items in which every report of a teller is equally reliable.

    Parameters
    ----------
    study : Study
    items : tuple of Item
        At least one. An item is worth the mean of its tellers, alone; all together the mean of
        the items. That several tell the same, and that a statement need not be meant, still
        counts: neither is a grade.

    Returns
    -------
    study : Study
    items : tuple of Item
    reliability : float
        Of every teller.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> round(graded_alike(study, study.items[:5])[2], 3)
    0.752
    """
    assumptions = assumptions_of(study)
    letters = {source.id: source.letter for source in study.sources}
    each = []
    for item in items:
        # Who is no source of the study is refused where items are weighed.
        told = [letters.get(teller, "F") for teller in item.sources] or ["F"]
        grades = [combine_grades(assumptions, letter, item.credibility) for letter in told]
        each.append(sum(grades) / len(grades))
    reliability = sum(each) / len(each)
    own = {key: dict(study.assumptions.get(key, {})) for key in ("letters", "digits")}
    own["digits"].pop(str(_DIGIT), None)
    own["letters"][_LETTER] = own["digits"][_DIGIT] = reliability
    sources = [replace(source, letter=_LETTER) for source in study.sources]
    if any(not item.sources for item in items):
        sources.append(Source(_NOBODY, {}, _LETTER, "", {}, ""))
    alike = replace(study, sources=tuple(sources), assumptions={**study.assumptions, **own})
    same = tuple(
        replace(item, credibility=_DIGIT, sources=item.sources or (_NOBODY,)) for item in items
    )
    return alike, same, reliability


def _overlaps(items: tuple[Item, ...]) -> bool:
    clusters = [item.cluster for item in items if item.cluster is not None]
    return len(set(clusters)) < len(clusters)


def _unmoved(draws: Draws) -> Draws:
    """Return draws that are never moved after the evidence: what is judged is not theirs."""
    return replace(draws, log_judged=None, bias=None, bias_scale=None, noise=None)
