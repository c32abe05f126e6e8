"""Terms on the mixtures of adapters and on the weight map."""
from __future__ import annotations

from typing import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ..adapters import Mix


def balance(mixes: Sequence[Mix]) -> Tensor:
    """cv²(Σ gates) + cv²(load), summed over the mixtures (Shazeer et al. 2017)."""
    return sum(_squared_variation(m.gates.flatten(0, -2).sum(0)) + _squared_variation(m.load) for m in mixes)


def complementary(mixes: Sequence[Mix], encoder: int) -> Tensor:
    """The paper's mutual-information term: prompts of the two sources sum to 1.

    The first `encoder` mixtures weigh 0.75, the decoder's 0.25.
    """
    def mean(part: Sequence[Mix]) -> Tensor:
        return torch.stack([((m.prompt_x + m.prompt_t - 1) ** 2).mean() for m in part]).mean()

    return 0.75 * mean(mixes[:encoder]) + 0.25 * mean(mixes[encoder:])


def dominance(mixes: Sequence[Mix], weight: Tensor, patch: int) -> Tensor:
    """Pulls the prompts of all mixtures to the weight map's mean in each token.

    Only the last mixture's prompts lead the pixels directly, and the head can say all
    they say: without this they hardly leave 0.5. The map is the teacher and gets no
    gradient.
    """
    target = F.avg_pool2d(weight.detach(), patch).permute(0, 2, 3, 1)
    terms = [((m.prompt_x - target) ** 2).mean() + ((m.prompt_t - (1 - target)) ** 2).mean() for m in mixes]
    return torch.stack(terms).mean()


def seams(maps: Tensor, period: int) -> Tensor:
    """How much steeper maps (B, K, H, W) are across lines `period` places apart than beside them."""
    terms = []
    for axis in (2, 3):
        size = maps.shape[axis]
        step = (maps.narrow(axis, 1, size - 1) - maps.narrow(axis, 0, size - 1)).abs()
        if size <= period:
            continue  # no line inside
        at = torch.arange(period - 1, size - 2, period, device=maps.device)  # the steps across a line
        beside = (step.index_select(axis, at - 1) + step.index_select(axis, at + 1)) / 2
        terms.append(F.relu(step.index_select(axis, at) - beside.detach()).mean())
    return torch.stack(terms).mean() if terms else maps.new_zeros(())


def _squared_variation(v: Tensor) -> Tensor:
    return v.var(unbiased=False) / (v.mean() ** 2 + 1e-10)
