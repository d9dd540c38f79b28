"""What planning raises. Faces turn these into sentences for people; each says plainly what went wrong.

PlanningError
  BadProblem    the problem makes no sense, and which part of it
  OutOfTime     the budget was spent before any plan was held
  Cancelled     the caller asked to stop
  EngineFailed  an engine in a child process died or refused its input
"""


class PlanningError(Exception):
    """Any failure of a planner."""

    code = "planning_failed"


class BadProblem(PlanningError):
    """The problem makes no sense; the message names the part that does not."""

    code = "bad_problem"


class OutOfTime(PlanningError):
    """The budget was spent before any plan was held."""

    code = "out_of_time"


class Cancelled(PlanningError):
    """The caller asked to stop, and no plan was made."""

    code = "cancelled"


class EngineFailed(PlanningError):
    """An engine in a child process died or refused its input."""

    code = "engine_failed"
