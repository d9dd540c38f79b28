"""Keep a published placement good as people come and go: exact with the fewest moves, or calm.

state = prepare(problem, plan)
told = state.apply(Change(leave=[17, 204]))     # told.chains: who moves for whom, and what it costs
problem_now = state.problem()
assert verify(problem_now, state.plan(problem_now, told)) == []
"""

from linli.planning.allocation.repair.ask import Alternative, alternatives, price_of, what_if, why, worth_of_one_more
from linli.planning.allocation.repair.change import Change
from linli.planning.allocation.repair.plan import Chain, RepairPlan
from linli.planning.allocation.repair.state import CALM, EXACT, MOST_MOVES, State, prepare, stand

__all__ = [
    "CALM",
    "EXACT",
    "MOST_MOVES",
    "Alternative",
    "Chain",
    "Change",
    "RepairPlan",
    "State",
    "alternatives",
    "prepare",
    "price_of",
    "stand",
    "what_if",
    "why",
    "worth_of_one_more",
]
