"""The learning rate over a run."""
from __future__ import annotations

import math


def rate(progress: float, warmup: float, floor: float) -> float:
    """Share of the peak rate after a share of the run: a linear rise, then half a cosine."""
    if progress < warmup:
        return max(progress / warmup, 1e-3)
    done = min((progress - warmup) / (1 - warmup), 1.0)
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * done))
