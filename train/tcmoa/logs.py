"""The log of a run: a CSV of averaged terms."""
from __future__ import annotations

import collections
import csv
import os
from typing import Dict, Mapping, Tuple

COLUMNS = ("step", "minutes", "rate", "task", "term", "mean")


class Log:
    """Averages the terms between two writes, task by task."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._sums: Dict[Tuple[str, str], Tuple[float, int]] = collections.defaultdict(lambda: (0.0, 0))

    def add(self, task: str, terms: Mapping[str, float]) -> None:
        for term, value in terms.items():
            total, count = self._sums[task, term]
            self._sums[task, term] = total + value, count + 1

    def write(self, step: int, minutes: float, rate: float) -> str:
        """Appends the averages since the last write; returns the losses as a line to print."""
        new = not os.path.exists(self.path)
        with open(self.path, "a", newline="") as file:
            rows = csv.writer(file)
            if new:
                rows.writerow(COLUMNS)
            for (task, term), (total, count) in sorted(self._sums.items()):
                rows.writerow([step, f"{minutes:.2f}", f"{rate:.3g}", task, term, f"{total / count:.6g}"])
        losses = [f"{task} {total / count:.4f}" for (task, term), (total, count) in sorted(self._sums.items())
                  if term == "loss"]
        self._sums.clear()
        return f"step {step}  {minutes:.1f} min  rate {rate:.2e}  " + "  ".join(losses)
