"""Stage 1: pre-training the backbone by reconstructing single photographs.

Each photograph goes alone through encoder and decoder without adapters, in half the
steps with a part of its tokens hidden (Xie et al., "SimMIM", 2022: hidden tokens
stay in their places, which windows need).
"""
from __future__ import annotations

from typing import Dict, Sequence, Tuple

import torch
from torch import Tensor, nn

from .network import Network, normalise


class Reconstructor(nn.Module):
    """A network with a mask token and a linear head to pixels."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        c = network.config
        self.network = network
        self.mask_token = nn.Parameter(torch.zeros(c.dim))
        self.to_pixels = nn.Linear(c.decoder_dim, c.patch * c.patch * 3)

    def forward(self, pixels: Tensor, hidden: Tensor) -> Tensor:
        """pixels: normalised (B, 3, h, w); hidden: (B, H, W) true where a token is masked."""
        z = self.network.embed(pixels)
        positions = self.network.positions(self.network.encoder_table, z)
        z = torch.where(hidden[..., None], self.mask_token + positions, z)
        return self.network.unpatch(self.to_pixels(self.network.plain(z)), 3)


class ReconstructionStage:
    """Computes the loss of a batch of photographs: L1 of the normalised pixels."""

    def __init__(self, mask: Sequence[float]) -> None:
        self.mask = mask

    def __call__(self, reconstructor: nn.Module, batch: Tensor) -> Tuple[Tensor, Dict[str, float]]:
        pixels = normalise(batch)
        inner = getattr(reconstructor, "module", reconstructor)
        c = inner.network.config
        grid = [batch.shape[0], *(extent * c.upsample // c.patch for extent in batch.shape[2:])]
        share = 0.0 if torch.rand(()) < 0.5 else float(torch.empty(()).uniform_(*self.mask))
        out = reconstructor(pixels, torch.rand(grid, device=batch.device) < share)
        if c.upsample > 1:
            out = nn.functional.avg_pool2d(out, c.upsample)
        loss = (out - pixels).abs().mean()
        return loss, {"hidden" if share else "plain": float(loss)}
