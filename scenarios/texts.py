"""Text in one or several languages."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["Text", "translate"]

Text = Mapping[str, str]


def translate(text: Text, lang: str) -> str:
    """Return the text in ``lang``, or in English, or in whatever language there is.

    Examples
    --------
    >>> translate({"en": "other", "ar": "غير ذلك"}, "ar")
    'غير ذلك'
    >>> translate({"en": "other"}, "ar")
    'other'
    """
    return text.get(lang) or text.get("en") or next(iter(text.values()), "")
