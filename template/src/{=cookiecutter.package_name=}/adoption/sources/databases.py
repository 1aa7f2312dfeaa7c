"""The rows of a SQL query."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa

from ..reading import AdoptionError
from .cells import concat, to_column

CHUNK = 50_000
DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
"""What an address means that names no driver, whichever SQLAlchemy is installed."""
PACKAGES = {"psycopg": "psycopg[binary]>=3.2,<4"}
"""What to install for a driver, where its name alone is not enough."""
OPTIONS = {"stream_results": True, "no_parameters": True}
"""Rows come as they are asked for; a % in a query is only a %."""


def read(url: str, sql: str) -> tuple[pa.Table, list[str]]:
    """What a query answers. `url` is SQLAlchemy's: sqlite:///shop.db, postgresql://host/shop."""
    import sqlalchemy  # noqa: PLC0415 (seldom needed)
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    try:
        address = sqlalchemy.make_url(url)
        driver = DRIVERS.get(address.drivername, address.drivername)
        engine = sqlalchemy.create_engine(address.set(drivername=driver))
        with engine.connect().execution_options(**OPTIONS) as connection:
            result = connection.exec_driver_sql(sql)
            if not result.returns_rows:
                raise AdoptionError("the query answers no rows: it must be a select")
            names = list(result.keys())
            tables = [to_table(rows) for rows in result.partitions(CHUNK)]
    except ModuleNotFoundError as error:
        package = PACKAGES.get(error.name or "", error.name)
        raise AdoptionError(
            f"this database is read with the package {error.name}, which is not installed: "
            f"uv add --group train '{package}' (or poetry add --group train '{package}')"
        ) from error
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise AdoptionError(f"the database refuses: {reason}") from error
    if not tables:
        raise AdoptionError("the query answers no rows")
    return concat(tables), names


def to_table(rows: Any) -> pa.Table:
    """Some rows as a table."""
    columns = [to_column(map(plain, values)) for values in zip(*rows, strict=True)]
    return pa.table(columns, [f"f{number}" for number in range(len(columns))])


def plain(value: Any) -> Any:
    """Decimal numbers as floats: a model reads nothing finer."""
    return float(value) if isinstance(value, Decimal) else value
