"""What commands tell: sentences, tables and JSON documents, one module for each kind of answer."""

__all__: list[str] = []
