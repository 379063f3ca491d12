"""``tarjih evidence``: what was recorded, looked at and put right."""

__all__: list[str] = []
