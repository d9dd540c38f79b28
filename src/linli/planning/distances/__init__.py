"""How far it is on foot: straight, straight with a detour, or along streets, from many places to all within reach.

plan = solve(problem)                       # a graph, or plain positions where none is loaded
graph = graph_of_csv(nodes, edges)          # or graph_of_osm(file): text in, arrays out, no file is opened here
node, walk_m = snap(graph.node_xy, doors_xy)
plan = solve_kept(problem, kept)            # `kept` is any mapping, by the digest of the problem
"""

from linli.planning.distances.graphs import StreetGraph, graph_of_csv, graph_of_osm
from linli.planning.distances.kept import solve_kept
from linli.planning.distances.plan import Components, DistancesPlan, Potentials
from linli.planning.distances.problem import USUAL_DETOUR, DistancesProblem
from linli.planning.distances.snap import snap
from linli.planning.distances.solve import solve

__all__ = [
    "USUAL_DETOUR",
    "Components",
    "DistancesPlan",
    "DistancesProblem",
    "Potentials",
    "StreetGraph",
    "graph_of_csv",
    "graph_of_osm",
    "snap",
    "solve",
    "solve_kept",
]
