"""People by the quota columns they can fill: those of one class are alike to every grid."""

import numpy as np

from linli.planning.allocation.problem import AllocationProblem


def classes_of(problem: AllocationProblem) -> tuple[np.ndarray, np.ndarray]:
    """i8[c] masks of quota columns that occur among the people, and i4[n] the class of each person."""
    masks, class_of = np.unique(problem.vol_mask, return_inverse=True)
    return masks, class_of.astype(np.int32)
