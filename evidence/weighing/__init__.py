"""What items say: their bearing, how far their tellers can be relied on, what copies count."""

__all__: list[str] = []
