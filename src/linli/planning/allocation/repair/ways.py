"""Ways through the placement: Dijkstra over nodes, by reduced costs, which are never below 0.

`limit` is the most people who may change their grid on one way, or -1 for any number. Only a search without a limit
keeps the prices optimal: it raises or lowers them by what the way cost. What is near is looked through first: a search
that finds nothing within the horizon is made again with a wider one.
"""

from linli.planning.allocation.repair.labels import LOGGED
from linli.planning.allocation.repair.net import SCALE, cost_of, stand_at
from linli.planning.frame import kernel

HORIZON = SCALE
WIDER = 3


@kernel
def able(people, person, column, columns):  # type: ignore[no-untyped-def]
    """Whether somebody can stand at a node of this column."""
    return column == columns - 1 or (people.mask[person] >> column) & 1 == 1


@kernel
def closed(seen, node, layer, nodes):  # type: ignore[no-untyped-def]
    """Whether the node was reached for good with as few moves or fewer."""
    for fewer in range(layer + 1):  # noqa: SIM110 - numba knows no any()
        if seen.done[fewer * nodes + node]:
            return True
    return False


@kernel
def go(people, seen, person, node, columns, metres):  # type: ignore[no-untyped-def]
    """A person goes to a node, or (-1) stands nowhere; it is written down."""
    at = seen.size[LOGGED]
    seen.log[at, 0], seen.log[at, 1], seen.log[at, 2] = person, people.node[person], node
    seen.size[LOGGED] += 1
    old = people.node[person]
    stand_at(people, person, node)
    if node < 0:
        people.walk[person] = 0
        people.moved[person] = True
        return
    people.walk[person] = cost_of(people, person, node // columns, metres)
    if old < 0 or old // columns != node // columns:
        people.moved[person] = True
