"""Mixtures of adapters: routers, experts, prompts, and the fusion of two streams.

The published code differs from the paper's equations in four places (mean of
sigmoids, linear sum of experts, α on the other term, source embedding
trained). What stands here is the code's, which the published weights fit.
"""
from __future__ import annotations

import dataclasses
from typing import NamedTuple, Optional, Sequence, Tuple, Union

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# LayerNorm's epsilon inside the adapters.
NORM_EPS = 1e-5
# Gates up to this are none.
SMALLEST_GATE = 1e-4
# What a sum of exactly zero becomes before its logarithm.
TINY_SUM = 2.22e-16
# Least deviation of a router's training noise.
NOISE_FLOOR = 0.1


@dataclasses.dataclass(frozen=True)
class Controls:
    """How a fusion is steered; a router is all it needs.

    router: a weight for each task's router, sum 1 (one 1: that task); a tensor where a
        trace is to keep it as an input.
    experts: which take part, None for all.
    alpha, beta: the paper's Eq. 8 with μ = 0.5, on every mixture's prompts.
    """

    router: Union[Tuple[float, ...], Tensor]
    experts: Optional[Sequence[bool]] = None
    alpha: float = 1.0
    beta: float = 0.0

    @classmethod
    def of_task(cls, index: int, tasks: int) -> "Controls":
        return cls(tuple(float(k == index) for k in range(tasks)))


class Mix(NamedTuple):
    """What a mixture of adapters decided, token by token."""

    prompt_x: Tensor  # (B, H, W, 1)
    prompt_t: Tensor  # (B, H, W, 1)
    gates: Tensor  # (B, H, W, experts)
    load: Optional[Tensor]  # smooth load of the experts, (experts); None outside training


class Expert(nn.Module):
    """One adapter: a bottleneck whose weights Experts gathers."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)


class Experts(nn.Module):
    """Task routers and the experts they choose from."""

    def __init__(self, width: int, hidden: int, experts: int, top_k: int, tasks: int) -> None:
        super().__init__()
        self.top_k = top_k
        self.w_gate = nn.Parameter(torch.randn(tasks, width, experts) * width ** -0.5)
        self.w_noise = nn.Parameter(torch.zeros(tasks, width, experts))
        self.experts = nn.ModuleList(Expert(width, hidden) for _ in range(experts))

    def route(self, y: Tensor, controls: Controls) -> Tuple[Tensor, Optional[Tensor]]:
        """Gates (M, experts) of tokens y (M, width), and the load while training."""
        clean = y @ _routed(self.w_gate, controls)
        if controls.experts is not None:
            off = ~torch.tensor(controls.experts, dtype=torch.bool, device=y.device)
            clean = clean.masked_fill(off, float("-inf"))
        logits, deviation = clean, None
        if self.training:
            deviation = F.softplus(y @ _routed(self.w_noise, controls)) + NOISE_FLOOR
            logits = clean + torch.randn_like(clean) * deviation
        top, at = logits.topk(self.top_k, dim=-1)
        gates = torch.zeros_like(logits).scatter(-1, at, top.softmax(-1))
        gates = gates.masked_fill(gates <= SMALLEST_GATE, 0.0)
        load = None if deviation is None else self._load(clean, logits, deviation)
        return gates, load

    def forward(self, y: Tensor, controls: Controls) -> Tuple[Tensor, Tensor, Optional[Tensor]]:
        """log Σ_i g_i·exp(e_i) of tokens y (M, width), the gates, and the load."""
        gates, load = self.route(y, controls)
        # Every expert sees every token: they are so narrow that gathering the tokens
        # of each would cost more than it saves.
        fc1 = torch.cat([e.fc1.weight for e in self.experts])
        bias1 = torch.cat([e.fc1.bias for e in self.experts])
        hidden = F.relu(F.linear(y, fc1, bias1)).view(y.shape[0], len(self.experts), -1)
        fc2 = torch.stack([e.fc2.weight.t() for e in self.experts])
        bias2 = torch.stack([e.fc2.bias for e in self.experts])
        e = torch.baddbmm(bias2[:, None], hidden.transpose(0, 1), fc2)  # (experts, M, width)
        total = (gates.t()[..., None] * e.exp()).sum(0)
        return total.masked_fill(total == 0, TINY_SUM).log(), gates, load

    def _load(self, clean: Tensor, noisy: Tensor, deviation: Tensor) -> Tensor:
        """Expected tokens per expert if the noise were drawn anew, (experts).

        Shazeer et al., "Outrageously Large Neural Networks" (2017), appendix A.
        """
        if self.top_k == clean.shape[-1]:
            return clean.new_full((clean.shape[-1],), float(clean.shape[0]))
        top = noisy.topk(self.top_k + 1, dim=-1).values
        to_enter, to_stay = top[:, self.top_k, None], top[:, self.top_k - 1, None]
        threshold = torch.where(noisy > to_enter, to_enter, to_stay)
        z = (clean - threshold) / deviation
        return (0.5 * (1 + torch.erf(z * 0.5 ** 0.5))).sum(0)


class MixtureOfAdapters(nn.Module):
    """Looks at both streams and weights each token of each with a prompt."""

    def __init__(self, dim: int, experts: int, top_k: int, tasks: int) -> None:
        super().__init__()
        width = dim // 4
        self.norm1 = nn.LayerNorm(2 * dim, eps=NORM_EPS)
        self.dimReduction = nn.Linear(2 * dim, width, bias=False)
        self.norm2 = nn.LayerNorm(width, eps=NORM_EPS)
        self.MoA = Experts(width, dim // 32, experts, top_k, tasks)
        self.modal_shifts = nn.Parameter(torch.zeros(tasks, 2, dim))

    def forward(self, x: Tensor, t: Tensor, controls: Controls) -> Mix:
        """x, t: (B, H, W, C)."""
        y = self.norm2(self.dimReduction(self.norm1(torch.cat([x, t], -1))))
        shape = y.shape[:-1]
        m, gates, load = self.MoA(y.reshape(-1, y.shape[-1]), controls)
        half = m.shape[-1] // 2
        prompts = []
        for part, sign in ((m[:, :half], 1.0), (m[:, half:], -1.0)):
            p = torch.sigmoid(part.mean(-1, keepdim=True))
            if controls.alpha != 1 or controls.beta != 0:
                p = 0.5 + controls.alpha * (p - 0.5) + sign * controls.beta
            prompts.append(p.view(*shape, 1))
        return Mix(prompts[0], prompts[1], gates.view(*shape, -1), load)

    def shifts(self, controls: Controls) -> Tensor:
        """The source embeddings of the routed task, (2, C)."""
        return _routed(self.modal_shifts, controls)


class FusionLayer(nn.Module):
    """Three convolutions without bias or nonlinearity: C to C/4 to C."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(dim, dim // 4, 1, bias=False)
        self.conv2 = nn.Conv2d(dim // 4, dim // 4, 3, padding=1, bias=False)
        self.conv3 = nn.Conv2d(dim // 4, dim, 1, bias=False)

    def forward(self, z: Tensor) -> Tensor:
        """(B, H, W, C) to the same."""
        narrow = F.linear(z, self.conv1.weight.flatten(1))
        narrow = self.conv2(narrow.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        return F.linear(narrow, self.conv3.weight.flatten(1))


def _routed(weights: Tensor, controls: Controls) -> Tensor:
    """Mixes the first axis, the tasks', by the router: (tasks, m, n) to (m, n)."""
    router = controls.router
    if not isinstance(router, Tensor):
        router = torch.tensor(router, dtype=weights.dtype, device=weights.device)
    return torch.einsum("k,kmn->mn", router, weights)
