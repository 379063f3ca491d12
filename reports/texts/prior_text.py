"""Where the numbers come from, in words: what ``tarjih prior`` tells.

The parts are sections of entries, laid out like a study's card (`tarjih.reports.texts.card`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tarjih.priors.examined import (
    OFTEN,
    Acting,
    Compared,
    Setting,
    Spread,
)
from tarjih.reports.texts.card import Section
from tarjih.reports.texts.card_judgements import about_text, wording_text
from tarjih.reports.texts.card_words import Entry, keep
from tarjih.reports.texts.effects import levels_text
from tarjih.reports.texts.viewpoints import viewpoint_notices
from tarjih.reports.words.dates import date_text, months_text
from tarjih.reports.words.numbers import (
    decimal_text,
    figures,
    interval_text,
    isolated,
    paragraph,
    percent_text,
    percent_texts,
    signed_text,
)
from tarjih.reports.words.strings import language, list_text, quoted, say
from tarjih.scenarios.records import Judgement, Study, translate

if TYPE_CHECKING:
    from tarjih.models.asked.leave_out import Carried, Standing
    from tarjih.models.asked.prior_view import PriorView
    from tarjih.priors.draws import Draws
    from tarjih.priors.power_scaling import Leaning

__all__ = ["prior_sections", "prior_summary", "prior_warnings", "wording_text"]

_LEANINGS: tuple[Leaning, ...] = ("judged", "both", "prior", "neither")
_UNMOVED = 0.1  # of the prior's standard deviation
_SHIFT = 0.01
_SAME = 1e-9


def prior_sections(view: PriorView, lang: str = "en") -> tuple[Section, ...]:
    """Put what was found into words.

    Raises
    ------
    InvalidRequest
        If the language is unknown.
    """
    language(lang)
    parts = {
        "summary": _summary(view, lang),
        "pull": _pulls(view, lang),
        "judged": _judged(view, lang),
        "effects": _effects(view, lang),
        "without": [] if view.carried is None else _carried(view.study, view.carried, lang),
        "sensitivity": [] if view.sensitivity is None else _leanings(view, lang),
        "diagnostics": [] if view.prior_only else _fit(view.draws, lang),
    }
    return tuple(
        Section(name, say(f"prior.section.{name}", lang), tuple(entries))
        for name, entries in parts.items()
        if entries
    )


def prior_warnings(view: PriorView, lang: str = "en") -> tuple[str, ...]:
    """Say what speaks against the numbers; empty when nothing does."""
    study = view.study
    warnings = []
    if view.prior_only:
        worst = max(view.settings, key=lambda setting: setting.near_certain)
        if worst.near_certain > OFTEN:
            share = percent_text(worst.near_certain, lang)
            setting = _setting(study, worst, lang)
            warnings.append(say("prior.certain", lang, setting=setting, share=share))
    differing = [one for one in view.compared if one.verdict != "agrees"]
    if differing and not view.prior_only:
        named = [_named(study, one.judgement, lang) for one in differing]
        warnings.append(say("prior.disagree", lang, judgements=list_text(named, lang)))
    by_id = {one.judgement.id: one.judgement for one in view.compared}
    for pair in view.clashes:
        first, second = (_named(study, by_id[id], lang) for id in pair)
        warnings.append(say("prior.clash", lang, first=first, second=second))
    turned = [
        say(
            "prior.reversal",
            lang,
            cause=_cause(study, one.cause, lang),
            scenario=_scenario(study, one.scenario, lang),
        )
        for one in view.effects
        if one.reversed
    ]
    if turned:
        warnings.append(say("prior.reversals", lang, effects=list_text(turned, lang)))
    if not view.prior_only and view.draws.diagnostics.get("sound") is False:
        warnings.append(say("prior.fit.unsound", lang))
    return tuple(warnings)


def prior_summary(view: PriorView, lang: str = "en") -> list[str]:
    """Return one line on what the numbers rest on, and what speaks against them."""
    language(lang)
    agree = [say("prior.agree", lang)] if _agrees(view) else []
    lines = [_head(view, lang), *agree, *prior_warnings(view, lang)]
    return [paragraph(line, lang) for line in lines]


def _agrees(view: PriorView) -> bool:
    told = view.compared and not view.prior_only
    return bool(told) and all(one.verdict == "agrees" for one in view.compared)


def _head(view: PriorView, lang: str) -> str:
    study = view.study
    fields = {
        "study": translate(study.title, lang),
        "draws": say("draws", lang, n=len(view.draws)),
    }
    if view.prior_only:
        return say("prior.summary_only", lang, **fields)
    tellers = {one.judgement.source for one in view.compared}
    return say(
        "prior.summary" if study.base_rates is None else "prior.summary_with_rates",
        lang,
        date=date_text(study.origin, lang),
        judgements=say("judgements", lang, n=len(view.compared)),
        sources=say("sources", lang, n=len(tellers)),
        **fields,
    )


def _summary(view: PriorView, lang: str) -> list[Entry]:
    lines = keep(
        *viewpoint_notices(view.study, lang),
        say("prior.bracket", lang, interval_name=say("interval.name", lang)),
        say("prior.agree", lang) if _agrees(view) else "",
        *prior_warnings(view, lang),
    )
    return [Entry(_head(view, lang), lines)]


def _pulls(view: PriorView, lang: str) -> list[Entry]:
    study = view.study
    judged = {one.judgement.id: one.judgement for one in view.compared}
    entries = []
    for setting in view.settings:
        means = percent_texts([one.mean for one in setting.pull], lang)
        shares = [
            say(
                "prior.share",
                lang,
                scenario=quoted(translate(scenario.short, lang), lang),
                mean=mean,
                interval=interval_text(spread.q05, spread.q95, lang),
            )
            for scenario, mean, spread in zip(study.scenarios, means, setting.pull, strict=True)
        ]
        head = say(
            "prior.pull",
            lang,
            setting=_setting(study, setting, lang),
            shares=list_text(shares, lang),
        )
        held = [_named(study, judged[id], lang) for id in setting.judgements if setting.levels]
        by = say("prior.judged_by", lang, judgements=list_text(held, lang)) if held else ""
        entries.append(Entry(head, keep(by)))
    return entries


def _judged(view: PriorView, lang: str) -> list[Entry]:
    entries = []
    for one in view.compared:
        head = say(
            "prior.judged",
            lang,
            about=about_text(view.study, one.judgement, lang),
            wording=wording_text(view.study, one.judgement, lang),
            source=_source(view.study, one.judgement, lang),
        )
        entries.append(Entry(head, (_against(view, one, lang),)))
    return entries


def _against(view: PriorView, one: Compared, lang: str) -> str:
    fields = {
        "implied": _implied(view, one, lang),
        "interval": _range(one, one.implied.q05, one.implied.q95, lang),
        "verdict": say(f"prior.verdict.{one.verdict}", lang),
    }
    if one.said is not None:
        low, middle, high = one.said
        fields |= {"median": _value(one, middle, lang), "range": _range(one, low, high, lang)}
        return say("prior.word", lang, **fields)
    if one.leads is not None:
        return say("prior.rank", lang, leads=percent_text(one.leads, lang), **fields)
    return say("prior.possible", lang, **fields)


def _implied(view: PriorView, one: Compared, lang: str) -> str:
    """Write what is implied; of a pull as it stands where all scenarios are told together."""
    judgement = one.judgement
    for setting in view.settings:
        if judgement.id in setting.judgements and judgement.scenario is not None:
            k = view.study.scenario_ids.index(judgement.scenario)
            if abs(setting.pull[k].mean - one.implied.mean) < _SAME:
                return percent_texts([each.mean for each in setting.pull], lang)[k]
    return _value(one, one.implied.mean, lang)


def _value(one: Compared, value: float, lang: str) -> str:
    if one.ratio:
        return say("prior.times", lang, ratio=figures(f"{value:.2g}", lang))
    return percent_text(value, lang)


def _range(one: Compared, low: float, high: float, lang: str) -> str:
    if one.ratio:
        return figures(f"{low:.2g}\N{EN DASH}{high:.2g}", lang)
    return interval_text(low, high, lang)


def _effects(view: PriorView, lang: str) -> list[Entry]:
    study = view.study
    causes = dict.fromkeys(one.cause for one in view.effects)
    entries = []
    for cause in causes:
        lines = [_effect(view, one, lang) for one in view.effects if one.cause == cause]
        if cause in study.driver_ids:
            driver = study.driver(cause)
            first, last = (
                quoted(translate(level.label, lang), lang)
                for level in (driver.levels[0], driver.levels[-1])
            )
            name = translate(driver.label, lang)
            head = say("prior.driver", lang, driver=name, first=first, last=last)
        else:
            name = quoted(_cause(study, cause, lang), lang)
            head = say("prior.conjunction", lang, conjunction=name)
        entries.append(Entry(head, tuple(lines)))
    return entries


def _effect(view: PriorView, one: Acting, lang: str) -> str:
    before = _mean_sd(*one.before, lang)
    gap = abs(one.after[0] - one.before[0]), abs(one.after[1] - one.before[1])
    if view.prior_only:
        moved = say("prior.stated_only", lang, before=before)
    elif max(gap) < _UNMOVED * one.before[1]:
        moved = say("prior.unmoved", lang, before=before)
    else:
        moved = say("prior.moved", lang, before=before, after=_mean_sd(*one.after, lang))
    fields = {
        "scenario": _scenario(view.study, one.scenario, lang),
        "change": _points(one.change.mean, lang),
        "low": signed_text(100 * one.change.q05, lang),
        "high": signed_text(100 * one.change.q95, lang),
        "moved": moved,
    }
    if one.holds is None:
        return say("prior.effect_unclear", lang, **fields)
    key = "prior.effect_reversed" if one.reversed else "prior.effect"
    word, holds = say(f"prior.verb.{one.word}", lang), percent_text(one.holds, lang)
    return say(key, lang, word=word, holds=holds, **fields)


def _mean_sd(mean: float, sd: float, lang: str) -> str:
    return figures(say("prior.mean_sd", lang, mean=f"{mean:+.1f}", sd=f"{sd:.1f}"), lang)


def _points(shift: float, lang: str) -> str:
    return say("points", lang, n=abs(round(100 * shift)), signed=signed_text(100 * shift, lang))


def _carried(study: Study, carried: Carried, lang: str) -> list[Entry]:
    names = [
        say("prior.base_rates", lang)
        if id == "base_rates"
        else next(quoted(translate(one.label, lang), lang) for one in study.sources if one.id == id)
        for id in carried.left_out
    ]
    shifts = [
        abs(getattr(after, name).mean - getattr(before, name).mean)
        for before, after in carried.standing.values()
        for name in ("now", "pull", "ever")
    ]
    key = "prior.without" if max(shifts) >= _SHIFT else "prior.without_little"
    lines = [
        _standing(study, id, before, after, lang)
        for id, (before, after) in carried.standing.items()
    ]
    by_id = {one.id: one for one in study.judgements}
    lines += [
        say(
            "prior.carried_judged",
            lang,
            about=about_text(study, by_id[id], lang),
            source=_source(study, by_id[id], lang),
            change=_change(before, after, lang),
        )
        for id, (before, after) in carried.judged.items()
        if abs(after.mean - before.mean) >= _SHIFT and id not in carried.ratios
    ]
    return [Entry(say(key, lang, sources=list_text(names, lang)), tuple(lines))]


def _standing(study: Study, id: str, before: Standing, after: Standing, lang: str) -> str:
    review = (decimal_text(one.review_time.mean, lang, digits=1) for one in (before, after))
    return say(
        "prior.carried",
        lang,
        scenario=_scenario(study, id, lang),
        now=_change(before.now, after.now, lang),
        pull=_change(before.pull, after.pull, lang),
        ever=_change(before.ever, after.ever, lang),
        months=months_text(study.horizon, lang),
        review=_from_to(next(review), say("months", lang, n=next(review)), lang),
    )


def _change(before: Spread, after: Spread, lang: str) -> str:
    texts = (
        say(
            "table.cell",
            lang,
            mean=percent_text(one.mean, lang),
            interval=interval_text(one.q05, one.q95, lang),
        )
        for one in (before, after)
    )
    return _from_to(next(texts), next(texts), lang)


def _from_to(before: str, after: str, lang: str) -> str:
    return say("prior.from_to", lang, before=before, after=after)


def _leanings(view: PriorView, lang: str) -> list[Entry]:
    if not view.sensitivity:
        return [Entry(say("prior.not_scaled", lang))]
    lines = []
    for leaning in _LEANINGS:
        names = [
            say(
                "prior.quantity",
                lang,
                quantity=say(f"prior.quantity.{one.quantity}", lang),
                scenario=_scenario(view.study, one.scenario, lang),
                prior=decimal_text(one.prior, lang),
                judged=decimal_text(one.judged, lang),
            )
            for one in view.sensitivity
            if one.leaning == leaning
        ]
        if names:
            lines.append(say(f"prior.leaning.{leaning}", lang, names=list_text(names, lang)))
    return [*(Entry(line) for line in lines), Entry(say("prior.scaled", lang))]


def _fit(draws: Draws, lang: str) -> list[Entry]:
    found = draws.diagnostics
    if "divergences" not in found:
        return [Entry(say("prior.fit.unknown", lang))]
    head = say("prior.fit.sound" if found.get("sound") else "prior.fit.unsound", lang)
    shown = {name: figures(str(found.get(name)), lang) for name in found}
    lines = (
        say("prior.fit.divergences", lang, n=shown["divergences"]),
        say("prior.fit.rhat", lang, name=isolated("R-hat", lang), value=shown["rhat"]),
        say("prior.fit.ess", lang, bulk=shown["ess_bulk"], tail=shown["ess_tail"]),
    )
    return [Entry(head, lines)]


def _setting(study: Study, setting: Setting, lang: str) -> str:
    if not setting.levels:
        return say("prior.at_origin", lang)
    return say("prior.at_levels", lang, levels=levels_text(study, setting.levels, lang))


def _named(study: Study, one: Judgement, lang: str) -> str:
    """Name a judgement: who said it of what; in English its id, too, to look it up."""
    if lang == "en":
        return one.id
    return say(
        "prior.judged",
        lang,
        about=about_text(study, one, lang),
        wording=wording_text(study, one, lang),
        source=_source(study, one, lang),
    )


def _source(study: Study, one: Judgement, lang: str) -> str:
    return next(translate(s.label, lang) for s in study.sources if s.id == one.source)


def _scenario(study: Study, id: str, lang: str) -> str:
    return quoted(translate(study.scenario(id).short, lang), lang)


def _cause(study: Study, id: str, lang: str) -> str:
    everything: Iterable[tuple[str, str]] = (
        *((one.id, translate(one.label, lang)) for one in study.drivers),
        *((one.id, translate(one.label, lang)) for one in study.conjunctions),
    )
    return dict(everything)[id]
