"""Where ledgers are kept: tables and migrations, an SQLite file, a PostgreSQL server."""

__all__: list[str] = []
