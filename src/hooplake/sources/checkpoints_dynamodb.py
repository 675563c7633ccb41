"""Entries in a table of DynamoDB: HASH ``endpoint``, RANGE ``parameter_hash``, attribute ``payload`` (JSON text)."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hooplake.errors import ConfigError, LeaseHeld, StoreError
from hooplake.sources.checkpoints import Entry, Payload, parameter_hash

LEASE_SECONDS = 900.0
_BATCH = 25
_LEASE = {"endpoint": {"S": "lease"}, "parameter_hash": {"S": "cbbd"}}


class DynamoCheckpoints:
    """Entries in a table, which must exist (`create_table`). One batch of writes is not all or nothing, each entry is."""

    def __init__(self, table: str, *, client: Any = None, clock: Callable[[], float] = time.time) -> None:
        """A table.

        Args:
            table: its name.
            client: of boto3; by default one by the usual ``AWS_*`` variables.
            clock: seconds since 1970.

        Raises:
            ConfigError: boto3 is not installed.
        """
        if client is None:
            try:
                import boto3
            except ImportError as error:
                raise ConfigError("DynamoDB needs the extra 'aws': pip install 'hooplake[aws]'") from error
            client = boto3.client("dynamodb")
        self._client, self._table, self._clock = client, table, clock
        self._owner = ""
        self._renewed = 0.0

    def get(self, endpoint: str, params: Mapping[str, str]) -> Payload | None:
        """What came of a request; see `Checkpoints`."""
        key = {"endpoint": {"S": endpoint}, "parameter_hash": {"S": parameter_hash(params)}}
        found = self._call("get_item", Key=key, ConsistentRead=True).get("Item")
        return None if found is None else json.loads(found["payload"]["S"])

    def of(self, endpoint: str) -> list[Entry]:
        """All entries of an endpoint, over all pages; see `Checkpoints`."""
        found: list[Entry] = []
        more: dict[str, Any] = {}
        while True:
            page = self._call(
                "query",
                KeyConditionExpression="endpoint = :endpoint",
                ExpressionAttributeValues={":endpoint": {"S": endpoint}},
                ConsistentRead=True,
                **more,
            )
            payloads = [json.loads(item["payload"]["S"]) for item in page["Items"]]
            found += [Entry(endpoint, payload["params"], payload) for payload in payloads]
            if "LastEvaluatedKey" not in page:
                return found
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def put(self, entries: Iterable[Entry]) -> None:
        """Write entries; see the class."""
        items = [
            {
                "endpoint": {"S": entry.endpoint},
                "parameter_hash": {"S": parameter_hash(entry.params)},
                "payload": {"S": json.dumps({**entry.payload, "params": dict(entry.params)}, sort_keys=True)},
            }
            for entry in entries
        ]
        for start in range(0, len(items), _BATCH):
            left: Any = {self._table: [{"PutRequest": {"Item": item}} for item in items[start : start + _BATCH]]}
            while left:
                left = self._client.batch_write_item(RequestItems=left).get("UnprocessedItems")
        if self._owner and self._clock() - self._renewed > LEASE_SECONDS / 10:
            self._lease(self._owner)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps other runs off; the lease of a killed run ends by itself.

        Raises:
            LeaseHeld: another run has the lease.
        """
        self._owner = uuid.uuid4().hex
        self._lease(self._owner)
        try:
            yield
        finally:
            owner, self._owner = self._owner, ""
            self._call(
                "put_item", Item={**_LEASE, "owner": {"S": ""}, "expires": {"N": "0"}},
                ConditionExpression="#owner = :owner", ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues={":owner": {"S": owner}},
            )  # fmt: skip

    def _lease(self, owner: str) -> None:
        self._renewed = self._clock()
        self._call(
            "put_item",
            Item={**_LEASE, "owner": {"S": owner}, "expires": {"N": str(self._renewed + LEASE_SECONDS)}},
            ConditionExpression="attribute_not_exists(expires) OR expires < :now OR #owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues={":now": {"N": str(self._renewed)}, ":owner": {"S": owner}},
        )

    def _call(self, name: str, **arguments: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._client, name)(TableName=self._table, **arguments)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ConditionalCheckFailedException":
                raise LeaseHeld(
                    f"another run is fetching with table {self._table}: run again when it is done"
                ) from None
            if code == "ResourceNotFoundException":
                raise ConfigError(f"there is no DynamoDB table {self._table}: make it first") from error
            raise StoreError(f"DynamoDB table {self._table}: {error}") from error
        except BotoCoreError as error:
            raise StoreError(f"DynamoDB table {self._table}: {error}") from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def create_table(client: Any, table: str) -> None:
    """Make the table, with billing by request."""
    client.create_table(
        TableName=table,
        KeySchema=[
            {"AttributeName": "endpoint", "KeyType": "HASH"},
            {"AttributeName": "parameter_hash", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "endpoint", "AttributeType": "S"},
            {"AttributeName": "parameter_hash", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
