"""The best placement over all arcs: an auction near it, then paths to it, then the least prices that prove it.

net.py      what the solver reads and what it changes, in arrays
auction.py  people bid for places while prices fall, in ever smaller steps: a placement near the best, quickly
stock.py    what such a placement has right, and what it lacks
paths.py    one cheapest path for each person or place that is not right yet: the best placement, exactly
least.py    the least prices that prove it
run.py      all of them in turn, in slices, so that it can be stopped and limited
"""

from linli.planning.allocation.solver.run import Found, best

__all__ = ["Found", "best"]
