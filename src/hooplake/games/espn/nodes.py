"""Small structures that several kinds of ESPN documents share."""

from __future__ import annotations

import msgspec


class Node(msgspec.Struct, gc=False, rename="camel"):
    """A JSON object of which only some fields matter; absent and null mean the same."""


class TypeRef(Node):
    """Type of a play."""

    id: str | None = None
    text: str | None = None


class Period(Node):
    """Period of a play."""

    number: int | None = None


class Displayed(Node):
    """A value as it is printed."""

    display_value: str | None = None


class Coordinate(Node):
    """Spot on the floor in feet, the hoop at (25, 0)."""

    x: float | None = None
    y: float | None = None


class Address(Node):
    """Where a venue is."""

    city: str | None = None
    state: str | None = None


class Venue(Node):
    """A venue."""

    id: str | None = None
    full_name: str | None = None
    address: Address | None = None
