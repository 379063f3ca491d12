"""What people see: numbers in words, strings, colours, tables, sentences and charts."""

__all__: list[str] = []
