"""Fixed sine-cosine position tables and how they cover a token grid."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

# Side in tokens of the table that the networks are trained with.
TABLE_SIDE = 14


def sincos_table(dim: int, side: int = TABLE_SIDE) -> Tensor:
    """The 2-D table, (side, side, dim): first half of the channels the column.

    With half = dim/2 and ω_k = 10000^(-k/(half/2)), a coordinate p becomes
    [sin(p·ω), cos(p·ω)] (He et al., "Masked Autoencoders Are Scalable Vision
    Learners", 2022).
    """
    quarter = dim // 4
    omega = 10000.0 ** (-torch.arange(quarter, dtype=torch.float64) / quarter)
    angle = torch.arange(side, dtype=torch.float64)[:, None] * omega
    axis = torch.cat([angle.sin(), angle.cos()], 1)  # (side, half)
    table = torch.cat([axis[None, :].expand(side, -1, -1), axis[:, None].expand(-1, side, -1)], 2)
    return table.float()


def cover(table: Tensor, height: int, width: int, mode: str) -> Tensor:
    """Spreads a (side, side, dim) table over a grid: (height, width, dim)."""
    side, _, dim = table.shape
    if mode == "window":
        return table.repeat(height // side, width // side, 1)
    # The published code resizes to (width, height) and then reads the result row by
    # row as (height, width). For height != width that mixes the axes up, and the
    # published weights were trained so.
    resized = F.interpolate(table.permute(2, 0, 1)[None], size=(width, height), mode="bilinear",
                            align_corners=False)
    return resized[0].permute(1, 2, 0).reshape(height, width, dim)
