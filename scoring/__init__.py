"""How good a forecast was: the folder between ``models`` and ``reports``.

Questions are read and resolved as part of a study (`tarjih.scenarios.records.Question`);
what scores them will live here and may import ``models`` and what lies below.
"""

__all__: list[str] = []
