"""Finding areas by what people write: a name, or the names of what it lies in before it, as 梧桐街道/青松社区."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from linli.places.errors import AreaAmbiguous, AreaUnknown
from linli.places.models import Area, AreaParent, Level

_STEP = re.compile(r"\s*[/／>›→\\]\s*")


@dataclass(slots=True, eq=False)
class Node:
    """An area that is there, or that a file would make.

    Attributes:
        id: its place, None where it is still to be made.
        row: of the file that names it, 0 where none does.
    """

    name: str
    level: int
    parent: "Node | None"
    id: int | None = None
    row: int = 0

    @property
    def path(self) -> str:
        """Its name with the one above it before it, as it can be written to tell it from others of its name."""
        return f"{self.parent.name}/{self.name}" if self.parent is not None else self.name

    def above(self) -> Iterator["Node"]:
        """What it lies in, upwards."""
        current = self.parent
        while current is not None:
            yield current
            current = current.parent


class Tree:
    """All areas of an installation by name, as they are at a moment; what a file would make can be put in."""

    def __init__(self, nodes: Iterable[Node] = ()) -> None:
        self._named: dict[str, list[Node]] = defaultdict(list)
        self.top: Node | None = None
        for node in nodes:
            self.put(node)

    def put(self, node: Node) -> None:
        """One more area; its parent has to be in already."""
        self._named[node.name].append(node)
        if node.parent is None and (self.top is None or node.level < self.top.level):
            self.top = node

    def every(self) -> Iterator[Node]:
        """All of them, in no particular sequence."""
        for nodes in self._named.values():
            yield from nodes

    def named(self, written: str) -> list[Node]:
        """Every area that a name or a path may mean."""
        *before, name = [step for step in _STEP.split(written.strip()) if step] or [""]
        found = self._named.get(name) or self._named.get(written.strip()) or []
        return [node for node in found if _lies_in(node, before)] if found and found[0].name == name else found

    def one(self, written: str, found: list[Node] | None = None) -> Node:
        """The area that a name or a path means.

        Args:
            found: where only some of those named come into question.

        Raises:
            AreaUnknown: none is called so.
            AreaAmbiguous: several are; its facts say how to write one of them.
        """
        found = self.named(written) if found is None else found
        if not found:
            raise AreaUnknown(said=written[:60])
        if len(found) > 1:
            raise AreaAmbiguous(said=written[:60], n=len(found), path=found[0].path)
        return found[0]


def _lies_in(node: Node, before: list[str]) -> bool:
    """Whether the names written before it are of areas above it, in that order; not each has to be named."""
    left = list(before)
    for each in node.above():
        if left and each.name == left[-1]:
            left.pop()
    return not left


def tree_at(at: datetime) -> Tree:
    """The tree as it is at a moment; two queries."""
    parent = dict(AreaParent.objects.filter(during__contains=at).values_list("area", "parent"))
    nodes: dict[int, Node] = {}
    for place, name, level in Area.objects.order_by("level", "place_id").values_list("place", "name", "level"):
        above = parent.get(place)
        nodes[place] = Node(name, Level(level), nodes.get(above) if above is not None else None, place)
    return Tree(nodes.values())
