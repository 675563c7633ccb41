"""Seals: that every unit of a node was found unchanged, and what it was compared with.

A plan compares what each unit is made of with what it was made of. As long as nothing is published of a node or of what
it is made of, and its code stays, that comparison comes out as it did before, so a node that was found unchanged as a
whole is sealed: with a hash of everything that the comparison depends on. A publication changes the hash, so nobody has to
break a seal, and one that was written too late, or never, costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import json

from hooplake.build.decide import Fingerprints
from hooplake.build.inputs import read_partitions
from hooplake.build.state import Node
from hooplake.build.step import Step
from hooplake.build.view import View
from hooplake.lake.partition import Partition


def seal_of(step: Step, partition: Partition, node: Node | None, view: View, fingerprints: Fingerprints) -> bytes:
    """What the seal of a node has to be, 16 bytes; none if it cannot be told by publications.

    Those nodes are none that the ledger does not have, that are made of raw objects, or of which an input is going to be
    built in the same plan.

    Args:
        step: the step.
        partition: the output partition.
        node: what the ledger has.
        view: the lake as the plan sees it.
        fingerprints: of the node.
    """
    if node is None or node.id == 0 or step.discover is not None:
        return b""
    said: list[object] = [fingerprints.seed, fingerprints.outputs, step.unit, node.publication]
    for table in step.inputs:
        producer = view.graph.producer.get(table)
        said.append((table, view.graph.projection(step, table), step.reach.get(table)))
        for part in read_partitions(step, table, partition, view.shelf(table)):
            source = None if producer is None else view.nodes(producer).get(part)
            if source is not None and (source.pending or source.id == 0):
                return b""
            said.append((str(part), view.content(table, part) if source is None else source.publication))
    return hashlib.blake2b(json.dumps(said).encode(), digest_size=16).digest()
