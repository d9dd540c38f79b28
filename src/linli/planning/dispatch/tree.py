"""A tree of boxes over people who come and go, as kernels over two arrays of records.

A full binary tree in heap order: node i has the children 2i+1 and 2i+2; the people of a leaf are a linked list. A node
knows the box around its people and, of those who are free, all skills, the least load and the lowest number. From these
follows what nobody below it can beat: metres to the box + load_m * least load. Rounding is monotone, so the bound holds
for the numbers as computed and the answers are exact. Boxes only grow until the tree is built anew.
"""

import numpy as np

from linli.planning.frame import kernel

PERSON = np.dtype([
    ("x", "f8"), ("y", "f8"), ("skills", "u4"), ("number", "i4"), ("load", "i4"), ("free", "i4"),
    ("leaf", "i4"), ("next", "i4"), ("before", "i4"),
])  # fmt: skip
"""A person's row: rows of one leaf lie together when the tree is new. `leaf` is -1 for a row out of use."""

NODE = np.dtype([
    ("west", "f8"), ("south", "f8"), ("east", "f8"), ("north", "f8"),
    ("skills", "u4"), ("load", "i4"), ("lowest", "i4"), ("first", "i4"), ("people", "i4"),
])  # fmt: skip
"""A node: `first` and `people` (how many) are of leaves."""

PEOPLE_PER_LEAF = 8
NOBODY = 2**31 - 1


@kernel
def build(people, count, nodes):  # type: ignore[no-untyped-def]
    """Order the first `count` rows and hang them into the leaves; every node is written."""
    leaves = (len(nodes) + 1) // 2
    order = np.arange(count)
    level, width = 0, 1
    while width < leaves:
        for j in range(width):
            first, last = j * count // width, (j + 1) * count // width
            middle = (2 * j + 1) * count // (2 * width)
            if first < middle < last:
                _part(people, order, first, last, middle)
        level, width = level + 1, 2 * width
    people[:count] = people[:count][order]
    for leaf in range(leaves):
        node = nodes[leaves - 1 + leaf]
        node.first, node.people = -1, 0
        node.west, node.south, node.east, node.north = np.inf, np.inf, -np.inf, -np.inf
        for row in range((leaf + 1) * count // leaves - 1, leaf * count // leaves - 1, -1):
            _hang(people, row, nodes, leaves - 1 + leaf)
    for leaf in range(leaves):
        _sum_up_leaf(people, nodes, leaves - 1 + leaf)
    for at in range(leaves - 2, -1, -1):
        left, right, node = nodes[2 * at + 1], nodes[2 * at + 2], nodes[at]
        node.west, node.south = min(left.west, right.west), min(left.south, right.south)
        node.east, node.north = max(left.east, right.east), max(left.north, right.north)
        node.first, node.people = -1, 0
        _sum_up_node(nodes, at)


@kernel
def _part(people, order, first, last, middle):  # type: ignore[no-untyped-def]
    """Order a stretch so that its lower part along the longer side comes before `middle`; equals by number."""
    west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
    for k in range(first, last):
        row = people[order[k]]
        west, east = min(west, row.x), max(east, row.x)
        south, north = min(south, row.y), max(north, row.y)
    by_x = east - west >= north - south
    low, high = first, last - 1
    while low < high:
        pivot = people[order[(low + high) // 2]]
        at, number = (pivot.x if by_x else pivot.y), pivot.number
        i, j = low, high
        while i <= j:
            while _before(people[order[i]], by_x, at, number):
                i += 1
            while _after(people[order[j]], by_x, at, number):
                j -= 1
            if i <= j:
                order[i], order[j] = order[j], order[i]
                i, j = i + 1, j - 1
        if middle <= j:
            high = j
        elif middle >= i:
            low = i
        else:
            return


@kernel
def _before(row, by_x, at, number):  # type: ignore[no-untyped-def]
    value = row.x if by_x else row.y
    return value < at or (value == at and row.number < number)


@kernel
def _after(row, by_x, at, number):  # type: ignore[no-untyped-def]
    value = row.x if by_x else row.y
    return value > at or (value == at and row.number > number)


@kernel
def _hang(people, row, nodes, at):  # type: ignore[no-untyped-def]
    """Put a row at the head of a leaf's list and let the leaf's box hold it."""
    person, leaf = people[row], nodes[at]
    person.leaf, person.next, person.before = at, leaf.first, -1
    if leaf.first >= 0:
        people[leaf.first].before = row
    leaf.first = row
    leaf.people += 1
    _widen(leaf, person.x, person.y)


@kernel
def _widen(node, x, y):  # type: ignore[no-untyped-def]
    node.west, node.east = min(node.west, x), max(node.east, x)
    node.south, node.north = min(node.south, y), max(node.north, y)


@kernel
def _sum_up_leaf(people, nodes, at):  # type: ignore[no-untyped-def]
    """Skills, least load and lowest number of the free people of a leaf; whether any of them changed."""
    node = nodes[at]
    skills, load, lowest = np.uint32(0), NOBODY, NOBODY
    row = node.first
    while row >= 0:
        person = people[row]
        if person.free:
            skills |= person.skills
            load, lowest = min(load, person.load), min(lowest, person.number)
        row = person.next
    changed = skills != node.skills or load != node.load or lowest != node.lowest
    node.skills, node.load, node.lowest = skills, load, lowest
    return changed


@kernel
def _sum_up_node(nodes, at):  # type: ignore[no-untyped-def]
    left, right, node = nodes[2 * at + 1], nodes[2 * at + 2], nodes[at]
    skills, load, lowest = left.skills | right.skills, min(left.load, right.load), min(left.lowest, right.lowest)
    changed = skills != node.skills or load != node.load or lowest != node.lowest
    node.skills, node.load, node.lowest = skills, load, lowest
    return changed


@kernel
def refresh(people, nodes, at):  # type: ignore[no-untyped-def]
    """Sum up a leaf and what stands above it, as far as anything changes."""
    changed = _sum_up_leaf(people, nodes, at)
    while changed and at > 0:
        at = (at - 1) // 2
        changed = _sum_up_node(nodes, at)


@kernel
def set_free(people, nodes, row, free):  # type: ignore[no-untyped-def]
    """Say whether a person may be asked."""
    people[row].free = free
    refresh(people, nodes, people[row].leaf)


@kernel
def set_load(people, nodes, row, load):  # type: ignore[no-untyped-def]
    """Say how many orders a person has."""
    people[row].load = load
    refresh(people, nodes, people[row].leaf)


@kernel
def take_out(people, nodes, row):  # type: ignore[no-untyped-def]
    """Unhang a row from its leaf."""
    person = people[row]
    at = person.leaf
    if person.before >= 0:
        people[person.before].next = person.next
    else:
        nodes[at].first = person.next
    if person.next >= 0:
        people[person.next].before = person.before
    nodes[at].people -= 1
    person.leaf = -1
    refresh(people, nodes, at)


@kernel
def put_in(people, nodes, row):  # type: ignore[no-untyped-def]
    """Hang a row into the leaf whose boxes on the way are nearest; the people of that leaf now."""
    person, at = people[row], 0
    while 2 * at + 1 < len(nodes):
        _widen(nodes[at], person.x, person.y)
        left, right = nodes[2 * at + 1], nodes[2 * at + 2]
        to_left, to_right = _metres(left, person.x, person.y), _metres(right, person.x, person.y)
        if to_left == to_right:
            to_left, to_right = _to_middle(left, person.x, person.y), _to_middle(right, person.x, person.y)
        at = 2 * at + 1 if to_left <= to_right else 2 * at + 2
    _hang(people, row, nodes, at)
    refresh(people, nodes, at)
    return nodes[at].people


@kernel
def move(people, nodes, row, x, y):  # type: ignore[no-untyped-def]
    """Let a person stand elsewhere; the people of the leaf there."""
    take_out(people, nodes, row)
    people[row].x, people[row].y = x, y
    return put_in(people, nodes, row)


@kernel
def _metres(node, x, y):  # type: ignore[no-untyped-def]
    east = max(node.west - x, x - node.east, 0.0)
    north = max(node.south - y, y - node.north, 0.0)
    return np.sqrt(east * east + north * north)


@kernel
def _to_middle(node, x, y):  # type: ignore[no-untyped-def]
    return abs(node.west + node.east - 2 * x) + abs(node.south + node.north - 2 * y)


@kernel
def nearest(people, nodes, x, y, skill, most_load, load_m, chosen, cost):  # type: ignore[no-untyped-def]
    """Fill `chosen` and `cost` with the best fit people whose load is at most `most_load`; how many there are."""
    k, found, bit = len(chosen), 0, np.uint32(1) << np.uint32(skill)
    stack, bounds, top = np.empty(64, np.int64), np.empty(64), 0
    stack[0], bounds[0] = 0, 0.0
    inner = len(nodes) // 2
    while top >= 0:
        at, bound = stack[top], bounds[top]
        top -= 1
        if found == k and (bound > cost[k - 1] or (bound == cost[k - 1] and nodes[at].lowest > chosen[k - 1])):
            continue
        if at >= inner:
            found = _look_in_leaf(people, nodes[at].first, x, y, bit, most_load, load_m, chosen, cost, found)
            continue
        left, right = nodes[2 * at + 1], nodes[2 * at + 2]
        by_left = _least(left, x, y, bit, most_load, load_m)
        by_right = _least(right, x, y, bit, most_load, load_m)
        first, second = 2 * at + 1, 2 * at + 2
        if by_right < by_left or (by_right == by_left and right.lowest < left.lowest):
            first, second, by_left, by_right = second, first, by_right, by_left
        if by_right < np.inf:
            top += 1
            stack[top], bounds[top] = second, by_right
        if by_left < np.inf:
            top += 1
            stack[top], bounds[top] = first, by_left
    return found


@kernel
def _least(node, x, y, bit, most_load, load_m):  # type: ignore[no-untyped-def]
    """What nobody below a node can beat; inf where nobody there can be fit."""
    if not node.skills & bit or node.load > most_load:
        return np.inf
    return _metres(node, x, y) + load_m * node.load


@kernel
def _look_in_leaf(people, row, x, y, bit, most_load, load_m, chosen, cost, found):  # type: ignore[no-untyped-def]
    k = len(chosen)
    while row >= 0:
        person = people[row]
        row = person.next
        if not person.free or not person.skills & bit or person.load > most_load:
            continue
        east, north = person.x - x, person.y - y
        price = np.sqrt(east * east + north * north) + load_m * person.load
        number = person.number
        if found == k:
            if price > cost[k - 1] or (price == cost[k - 1] and number > chosen[k - 1]):
                continue
            at = k - 1
        else:
            at = found
            found += 1
        while at > 0 and (cost[at - 1] > price or (cost[at - 1] == price and chosen[at - 1] > number)):
            cost[at], chosen[at] = cost[at - 1], chosen[at - 1]
            at -= 1
        cost[at], chosen[at] = price, number
    return found


@kernel
def least_load(people, nodes, x, y, skill, within_m):  # type: ignore[no-untyped-def]
    """The least load of a fit person within so many metres; `NOBODY` where there is none."""
    bit, least = np.uint32(1) << np.uint32(skill), NOBODY
    stack, top = np.empty(64, np.int64), 0
    stack[0] = 0
    inner = len(nodes) // 2
    while top >= 0:
        node, at = nodes[stack[top]], stack[top]
        top -= 1
        if not node.skills & bit or node.load >= least or _metres(node, x, y) > within_m:
            continue
        if at < inner:
            stack[top + 1], stack[top + 2] = 2 * at + 1, 2 * at + 2
            top += 2
            continue
        row = node.first
        while row >= 0:
            person = people[row]
            east, north = person.x - x, person.y - y
            if person.free and person.skills & bit and np.sqrt(east * east + north * north) <= within_m:
                least = min(least, person.load)
            row = person.next
    return least


@kernel
def allowed_load(people, nodes, x, y, skill, within_m, above):  # type: ignore[no-untyped-def]
    """The most load that may be offered; `NOBODY` (any) where nobody fit is within so many metres."""
    least = least_load(people, nodes, x, y, skill, within_m)
    return least if least == NOBODY else least + above
