"""Who is asked first: the nearest fit people for a request, exact, with load and availability changing all the time.

plan = solve(problem)                                # all requests of a file
state = prepare(problem)                             # what answers in microseconds
state.nearest(x, y, skill, 5); state.free(person, False); state.move(person, x, y)
match(state, req_xy, req_skill)                      # a batch together, each person at most once
"""

from linli.planning.dispatch.matching import match
from linli.planning.dispatch.plan import DispatchPlan, Exhaustive, Matching
from linli.planning.dispatch.problem import DispatchProblem
from linli.planning.dispatch.solve import solve
from linli.planning.dispatch.state import Found, State, prepare

__all__ = ["DispatchPlan", "DispatchProblem", "Exhaustive", "Found", "Matching", "State", "match", "prepare", "solve"]
