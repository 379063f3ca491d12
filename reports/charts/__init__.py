"""Pictures: each a function that returns a figure, without global state."""

__all__: list[str] = []
