"""Whole histories of drivers and scenarios, drawn, counted and written."""

__all__: list[str] = []
