"""The tables of a lake in the Glue catalogue, so that Athena reads them: exact columns, partitions by projection.

With partition projection no partition is ever registered: Athena makes the paths from the declared partition columns, so
that a new season is there as soon as its object is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hooplake.errors import ConfigError
from hooplake.lake.store import Store
from hooplake.lake.table import Column, TableSpec, Type

_TYPES = {
    "bool": "boolean", "int8": "tinyint", "int16": "smallint", "int32": "int", "int64": "bigint", "float64": "double",
    "decimal": "double", "text": "string", "json": "string", "date": "date", "timestamp": "timestamp",
}  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1890, 2200
_SERDE = "org.apache.hadoop.hive.ql.io.parquet"


def glue_type(declared: Type) -> str:
    """The type of Glue and Athena for a declared type."""
    return f"array<{glue_type(declared.item)}>" if declared.item else _TYPES[declared.kind]


def table_input(spec: TableSpec, lake: str) -> dict[str, Any]:
    """What Glue is told of a table.

    Args:
        spec: the table.
        lake: URL of the lake.
    """
    location = f"{lake.rstrip('/')}/{spec.layer}/{spec.table}"
    parameters = {"EXTERNAL": "TRUE", "classification": "parquet"}
    if spec.partition:
        folders = "/".join(f"{name}=${{{name}}}" for name in spec.partition)
        parameters |= {"projection.enabled": "true", "storage.location.template": f"{location}/{folders}/"}
        for name in spec.partition:
            parameters |= {f"projection.{name}.{key}": text for key, text in _projection(spec.columns[name]).items()}
    return {
        "Name": spec.table,
        "Description": spec.description[:2048],
        "TableType": "EXTERNAL_TABLE",
        "Parameters": parameters,
        "PartitionKeys": [_column(spec.columns[name]) for name in spec.partition],
        "StorageDescriptor": {
            "Columns": [_column(column) for name, column in spec.columns.items() if name not in spec.partition],
            "Location": f"{location}/",
            "InputFormat": f"{_SERDE}.MapredParquetInputFormat",
            "OutputFormat": f"{_SERDE}.MapredParquetOutputFormat",
            "SerdeInfo": {"SerializationLibrary": f"{_SERDE}.serde.ParquetHiveSerDe"},
        },
    }


def register(
    client: Any, store: Store, registry: Mapping[str, TableSpec], *, prefix: str = "hooplake"
) -> dict[str, int]:
    """Make or renew the databases and tables of a lake in Glue.

    Args:
        client: of boto3, for ``glue``.
        store: the lake, which must be in a bucket.
        registry: the tables.
        prefix: the databases are ``{prefix}_bronze``, ``{prefix}_silver`` and ``{prefix}_gold``.

    Returns:
        How many tables were made, changed and left as they were.

    Raises:
        ConfigError: the lake is a directory.
    """
    if store.is_local:
        raise ConfigError(f"{store.url}: Athena reads lakes in buckets; name one with --lake s3://bucket/prefix")
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    there: dict[str, dict[str, Any]] = {}
    for layer in dict.fromkeys(spec.layer for spec in registry.values()):
        there[layer] = _database(client, f"{prefix}_{layer}")
    for spec in registry.values():
        database, wanted = f"{prefix}_{spec.layer}", table_input(spec, store.url)
        known = there[spec.layer].get(spec.table)
        if known is None:
            client.create_table(DatabaseName=database, TableInput=wanted)
            counts["created"] += 1
        elif all(known.get(name) == value for name, value in wanted.items()):
            counts["unchanged"] += 1
        else:
            client.update_table(DatabaseName=database, TableInput=wanted)
            counts["updated"] += 1
    return counts


def _database(client: Any, name: str) -> dict[str, Any]:
    """The tables of a database, which is made if it is missing."""
    try:
        client.get_database(Name=name)
    except client.exceptions.EntityNotFoundException:
        client.create_database(DatabaseInput={"Name": name})
    pages = client.get_paginator("get_tables").paginate(DatabaseName=name)
    return {table["Name"]: table for page in pages for table in page["TableList"]}


def _column(column: Column) -> dict[str, str]:
    return {"Name": column.name, "Type": glue_type(column.type), "Comment": column.meaning[:255]}


def _projection(column: Column) -> dict[str, str]:
    kind = column.type.kind
    if kind == "date":
        return {"type": "date", "format": "yyyy-MM-dd", "range": "2000-01-01,NOW+2DAYS"}
    if kind.startswith("int"):
        return {"type": "integer", "range": f"{int(column.min or FIRST_YEAR)},{int(column.max or LAST_YEAR)}"}
    if column.values:
        return {"type": "enum", "values": ",".join(column.values)}
    # A text without a list of values must be named in the query.
    return {"type": "injected"}
