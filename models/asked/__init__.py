"""What an analyst asks of a belief, one question a module."""

__all__: list[str] = []
