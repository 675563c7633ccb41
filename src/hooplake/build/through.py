"""Tables through which a step over raw objects gets them.

Such a step finds its units in the raw objects, and what a unit is made of is told by them alone, so that a plan knows
it before anything is built. The rows it takes from tables that other steps make of the same objects; these have to be
built first, and add nothing to the fingerprints of the units.
"""

from __future__ import annotations

from hooplake.build.graph import Graph
from hooplake.build.inputs import read_partitions
from hooplake.build.state import UnitState
from hooplake.build.step import Step
from hooplake.build.view import Shelf, View
from hooplake.lake.partition import Partition


def tables_between(step: Step, partition: Partition, view: View) -> tuple[dict[str, tuple[Partition, ...]], str]:
    """The partitions of tables that stand between a step over raw objects and these.

    Args:
        step: a step with `discover` and inputs. Its `reads` is asked about the tables before its inputs too.
        partition: one of its output partitions.
        view: the lake as it is now.

    Returns:
        Per input table its partitions that have rows, and the name of a step on the way to them of which some unit
        could not be built, or nothing.
    """
    tables: dict[str, tuple[Partition, ...]] = {}
    for table in step.inputs:
        wanted = read_partitions(step, table, partition, view.shelf(table))
        tables[table] = tuple(part for part in wanted if view.has_rows(table, part))
    for before in steps_between(step, view.graph):
        for part, node in view.nodes(before).items():
            unsound = any(row.state != UnitState.OK for row in node.units.values())
            if unsound and read_partitions(step, before.outputs[0], partition, Shelf(tuple(part), [part])):
                return tables, before.name
    return tables, ""


def steps_between(step: Step, graph: Graph) -> list[Step]:
    """The steps that stand between a step and raw objects."""
    found: dict[str, Step] = {}
    queue = graph.before(step)
    while queue:
        before = queue.pop()
        if before.name not in found:
            found[before.name] = before
            queue += graph.before(before)
    return list(found.values())


def reads_any(step: Step, partition: Partition, view: View) -> bool:
    """Whether an output partition of a step gets rows from any table."""
    return any(read_partitions(step, table, partition, view.shelf(table)) for table in step.inputs)
