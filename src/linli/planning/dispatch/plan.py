"""The answers: whom to ask for each request, and what shows that nobody better was passed over."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from linli.planning.frame import Part, Plan


@dataclass(frozen=True, eq=False)
class Exhaustive(Part):
    """The certificate 'exhaustive': the verifier looks at everybody again and finds the same.

    Attributes:
        fit: i4[q], how many people may be offered to each request at all; fewer than k explain what is short.
    """

    name: ClassVar[str] = "exhaustive"

    fit: np.ndarray


@dataclass(frozen=True, eq=False, kw_only=True)
class DispatchPlan(Plan):
    """The k best people for every request.

    Attributes:
        chosen: i4[q,k], people, the best first; -1 where there is nobody more.
        cost: f8[q,k], metres + load_m * load; inf where nobody.
        fair: whether people far more loaded than somebody near were left out.
        objective: sum of the costs of all who are chosen.
        work: requests answered.
    """

    chosen: np.ndarray
    cost: np.ndarray
    fair: bool
    objective: float
    bound: float
    certificate: Exhaustive
    gap: float


@dataclass(frozen=True, eq=False)
class Matching:
    """A batch of requests given out together, each person at most once.

    As many requests as possible are served, and at the least total cost for so many.

    Attributes:
        person: i4[m], -1 where nobody is left. cost: f8[m], inf where nobody.
        total: sum of the costs. one_by_one: (served, total) had each request in turn taken its best.
        fair: as in `DispatchPlan`.
        request_price: f8[m], and over the people `priced` (i4[p]) person_price (f8[p], never above 0): dual prices,
            request_price[r] + person_price[i] <= cost(r, i) for every fit i, equal where i is given r; people not
            among `priced` have the price 0.
        unserved: the price of leaving a request unserved in them, above what any change of places could save.
    """

    person: np.ndarray
    cost: np.ndarray
    total: float
    one_by_one: tuple[int, float]
    fair: bool
    request_price: np.ndarray
    priced: np.ndarray
    person_price: np.ndarray
    unserved: float
