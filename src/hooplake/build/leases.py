"""The leases a run holds."""

from __future__ import annotations

import threading

from hooplake.build.ledger import Lease, Ledger


class Leases:
    """The leases of a run, renewed in a thread of their own until the `with` block ends, and then given back.

    Args:
        ledger: where they are.
        owner: the run.
        seconds: how long a lease lasts if it is not renewed.
    """

    def __init__(self, ledger: Ledger, owner: str, seconds: float) -> None:
        self._ledger = ledger
        self._owner = owner
        self._seconds = seconds
        self._held: dict[str, Lease] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._renew, daemon=True)

    def __enter__(self) -> Leases:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        if self._held:
            self._ledger.release(list(self._held.values()))

    def acquire(self, resource: str) -> Lease:
        """Take the lease of a node.

        Raises:
            LeaseHeld: if another run holds it.
        """
        lease = self._ledger.acquire(resource, self._owner, self._seconds)
        self._held[resource] = lease
        return lease

    def release(self, lease: Lease) -> None:
        """Give a lease back."""
        self._held.pop(lease.resource, None)
        self._ledger.release([lease])

    def _renew(self) -> None:
        while not self._ended.wait(self._seconds / 3):
            if held := list(self._held.values()):
                self._ledger.renew(held, self._seconds)
