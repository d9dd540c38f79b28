"""Sending people from departments to districts: travel, skills, groups of a least size, wave after wave.

plan = solve(problem, budget_s=10)
assert verify(problem, plan) == []   # linli.planning.verify.reinforcement; proves plan.bound too
solve_waves(problem, [Wave(want, want_skill)])
"""

from linli.planning.reinforcement.plan import Multipliers, ReinforcementPlan, Shortage
from linli.planning.reinforcement.problem import ReinforcementProblem
from linli.planning.reinforcement.solve import solve
from linli.planning.reinforcement.waves import Wave, solve_waves

__all__ = ["Multipliers", "ReinforcementPlan", "ReinforcementProblem", "Shortage", "Wave", "solve", "solve_waves"]
