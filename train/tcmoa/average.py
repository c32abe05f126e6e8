"""An exponential moving average of a network's weights."""
from __future__ import annotations

from typing import Dict

import torch
from torch import Tensor, nn


class Average:
    """EMA whose decay rises with the updates, so that it forgets the beginning."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay, self.updates = decay, 0
        self.state: Dict[str, Tensor] = {k: v.detach().clone() for k, v in network.state_dict().items()}

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        own = list(self.state.values())
        new = list(network.state_dict().values())
        torch._foreach_mul_(own, decay)
        torch._foreach_add_(own, new, alpha=1 - decay)
