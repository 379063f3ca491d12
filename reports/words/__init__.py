"""Numbers, dates and strings as people read them, in every language."""

__all__: list[str] = []
