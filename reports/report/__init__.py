"""The report: gathered once, put into blocks in a language, written as page, PDF or text."""

__all__: list[str] = []
