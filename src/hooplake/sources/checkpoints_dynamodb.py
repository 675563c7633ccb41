"""Entries in a table of DynamoDB: HASH ``endpoint``, RANGE ``parameter_hash``, attribute ``payload`` (JSON text).

A claim is the attribute ``owner`` of the item, the name of a run; writing the entry ends it. Of a run that is alive there
is an item ``lease`` that it renews; the claims of one whose lease is over are void.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from hooplake.errors import ConfigError, Conflict, StoreError
from hooplake.sources.checkpoints import Entry, Payload, Wanted, parameter_hash

LEASE_SECONDS = 90.0
_BATCH = 25
_OWNER = {"#owner": "owner"}


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

    def get(self, endpoint: str, params: Mapping[str, str]) -> Payload | None:
        """What came of a request; see `Checkpoints`."""
        found = self._item(_key(endpoint, params))
        return json.loads(found["payload"]["S"]) if "payload" in found else None

    def _item(self, key: Any) -> Any:
        return self._call("get_item", Key=key, ConsistentRead=True).get("Item", {})

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
            payloads = [json.loads(item["payload"]["S"]) for item in page["Items"] if "payload" in item]
            found += [Entry(endpoint, payload["params"], payload) for payload in payloads]
            if "LastEvaluatedKey" not in page:
                return found
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def put(self, entries: Iterable[Entry]) -> None:
        """Write entries; see the class."""
        items = [
            {
                **_key(entry.endpoint, entry.params),
                "payload": {"S": json.dumps({**entry.payload, "params": dict(entry.params)}, sort_keys=True)},
            }
            for entry in entries
        ]
        for start in range(0, len(items), _BATCH):
            left: Any = {self._table: [{"PutRequest": {"Item": item}} for item in items[start : start + _BATCH]]}
            while left:
                left = self._client.batch_write_item(RequestItems=left).get("UnprocessedItems")

    @contextmanager
    def running(self) -> Iterator[None]:
        """This run is alive; see `Checkpoints`. The lease of a killed run ends by itself, and its claims with it."""
        self._owner = uuid.uuid4().hex
        self.renew()
        try:
            yield
        finally:
            owner, self._owner = self._owner, ""
            self._call("delete_item", Key=_lease(owner))

    def renew(self) -> None:
        """Say that this run is alive; see `Checkpoints`."""
        until = {"N": str(self._clock() + LEASE_SECONDS)}
        self._call("put_item", Item={**_lease(self._owner), "expires": until})

    def claim(self, wanted: Sequence[Wanted]) -> list[bool]:
        """Take requests; see `Checkpoints`."""
        return [self._claim(_key(endpoint, params)) for endpoint, params in wanted]

    def _claim(self, key: Any) -> bool:
        if self._take(key, "attribute_not_exists(#owner) OR #owner = :me"):
            return True
        other = self._item(key).get("owner", {}).get("S", "")
        if other and float(self._item(_lease(other)).get("expires", {}).get("N", 0)) >= self._clock():
            return False
        free = "attribute_not_exists(#owner)"
        return self._take(key, "#owner = :other", {":other": {"S": other}}) if other else self._take(key, free)

    def _take(self, key: Any, condition: str, values: Mapping[str, Any] | None = None) -> bool:
        try:
            self._call(
                "update_item", Key=key, UpdateExpression="SET #owner = :me", ConditionExpression=condition,
                ExpressionAttributeNames=_OWNER,
                ExpressionAttributeValues={":me": {"S": self._owner}, **(values or {})},
            )  # fmt: skip
        except Conflict:
            return False
        return True

    def release(self, endpoint: str, params: Mapping[str, str]) -> None:
        """Let go of a request; see `Checkpoints`."""
        with suppress(Conflict):
            self._call(
                "update_item", Key=_key(endpoint, params), UpdateExpression="REMOVE #owner",
                ConditionExpression="#owner = :me", ExpressionAttributeNames=_OWNER,
                ExpressionAttributeValues={":me": {"S": self._owner}},
            )  # fmt: skip

    def _call(self, name: str, **arguments: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._client, name)(TableName=self._table, **arguments)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ConditionalCheckFailedException":
                raise Conflict(f"DynamoDB table {self._table}: another run was first") from None
            if code == "ResourceNotFoundException":
                raise ConfigError(f"there is no DynamoDB table {self._table}: make it first") from error
            raise StoreError(f"DynamoDB table {self._table}: {error}") from error
        except BotoCoreError as error:
            raise StoreError(f"DynamoDB table {self._table}: {error}") from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _key(endpoint: str, params: Mapping[str, str]) -> dict[str, Any]:
    return {"endpoint": {"S": endpoint}, "parameter_hash": {"S": parameter_hash(params)}}


def _lease(owner: str) -> dict[str, Any]:
    return {"endpoint": {"S": "lease"}, "parameter_hash": {"S": owner}}


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
