"""Evidence from files: readers, the plain layout, mappings, and what becomes of rows."""

__all__: list[str] = []
