"""Stage 2: training the fusion of pairs."""
from __future__ import annotations

from typing import Dict, Mapping, Tuple

import torch
from torch import Tensor, nn

from .adapters import Controls
from .config import Config
from .data.batches import Batch
from .losses.mixture import balance, complementary, dominance, seams
from .losses.tasks import TASKS
from .network import Fusion, denormalise, normalise


class FusionStage:
    """Computes the loss of a batch of pairs.

    losses: weights of the terms: under each task its own, under "mixture" `balance`,
    `complementary`, `dominance` and `window_seams`.
    """

    def __init__(self, config: Config, losses: Mapping[str, Mapping[str, float]]) -> None:
        self.config, self.losses = config, losses

    def __call__(self, network: nn.Module, batch: Batch) -> Tuple[Tensor, Dict[str, float]]:
        """network may be wrapped for several processes."""
        c = self.config
        controls = Controls.of_task(c.task(batch.task), len(c.tasks))
        out: Fusion = network(normalise(batch.a), normalise(batch.b), controls)
        # Unclipped: a pixel driven beyond the range must still be pulled back.
        fused = denormalise(out.pixels)
        if c.upsample > 1:
            fused = nn.functional.avg_pool2d(fused, c.upsample)
        terms = TASKS[batch.task](fused, batch.a, batch.b, batch.truth)
        weights = dict(self.losses[batch.task])
        terms.update(self._mixture_terms(out))
        weights.update(self.losses["mixture"])
        unknown = set(weights) - set(terms)
        if unknown:
            raise ValueError(f'task "{batch.task}" has no loss terms {", ".join(sorted(unknown))}')
        total = sum(weight * terms[name] for name, weight in weights.items())
        with torch.no_grad():
            report = {name: float(value) for name, value in terms.items()}
            report["spread_of_prompts"] = float(torch.stack([m.prompt_x.std() for m in out.mixes]).mean())
        return total, report

    def _mixture_terms(self, out: Fusion) -> Dict[str, Tensor]:
        c = self.config
        terms = {"balance": balance(out.mixes), "complementary": complementary(out.mixes, c.moas(c.depth))}
        if out.weight is not None:
            terms["dominance"] = dominance(out.mixes, out.weight, c.patch)
            # Plain and shifted windows' borders alike: those of the last block show most.
            terms["window_seams"] = seams(out.choices, c.shift)
        return terms
