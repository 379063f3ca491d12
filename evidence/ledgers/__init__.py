"""What was recorded: entries in a chain, what of them is held on a day, and how more comes in."""

__all__: list[str] = []
