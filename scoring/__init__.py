"""How good a forecast was: the folder between ``models`` and ``reports``.

``rules`` has the proper scores, ``skill`` what they are compared with, ``calibration`` their
parts, ``resampling`` intervals and what may be claimed, ``files`` forecasts of anyone's,
``scorecards`` all of it together; ``questions`` says how probable a study's own questions are
and keeps what was published of them.
"""

__all__: list[str] = []
