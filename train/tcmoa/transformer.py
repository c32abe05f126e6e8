"""Transformer blocks with attention in (shifted) windows."""
from __future__ import annotations

from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# LayerNorm's epsilon in the transformer; that of the adapters differs.
NORM_EPS = 1e-6


def to_windows(z: Tensor, window: int) -> Tensor:
    """(B, H, W, C) to (B·windows, window², C)."""
    b, h, w, c = z.shape
    z = z.view(b, h // window, window, w // window, window, c)
    return z.permute(0, 1, 3, 2, 4, 5).reshape(-1, window * window, c)


def from_windows(y: Tensor, window: int, height: int, width: int) -> Tensor:
    """The inverse of to_windows."""
    c = y.shape[-1]
    y = y.view(-1, height // window, width // window, window, window, c)
    return y.permute(0, 1, 3, 2, 4, 5).reshape(-1, height, width, c)


class RelativePosition(nn.Module):
    """The attention bias of a pair of blocks (Liu et al., "Swin Transformer", 2021)."""

    def __init__(self, window: int, heads: int) -> None:
        super().__init__()
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * window - 1) ** 2, heads))
        at = torch.arange(window * window)
        row, column = torch.div(at, window, rounding_mode="floor"), at % window
        index = ((row[:, None] - row[None] + window - 1) * (2 * window - 1)
                 + column[:, None] - column[None] + window - 1)
        self.register_buffer("relative_position_index", index, persistent=False)

    def forward(self) -> Tensor:
        """The bias, (heads, window², window²)."""
        side = self.relative_position_index.shape[0]
        bias = self.relative_position_bias_table[self.relative_position_index.view(-1)]
        return bias.view(side, side, -1).permute(2, 0, 1).contiguous()


class Attention(nn.Module):
    """Self-attention among the tokens of each window."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, y: Tensor, bias: Tensor) -> Tensor:
        """y: (windows, n, C); bias: (heads, n, n)."""
        m, n, c = y.shape
        d = c // self.heads
        q, k, v = self.qkv(y).view(m, n, 3, self.heads, d).permute(2, 0, 3, 1, 4)
        out = self.attend(q, k, v, bias)
        return self.proj(out.transpose(1, 2).reshape(m, n, c))

    def attend(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
        """softmax(q·kᵀ/√d + bias)·v of (windows, heads, n, d)."""
        scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1)
        return (scores + bias).softmax(-1) @ v


class MLP(nn.Module):
    """Two linear layers with an exact GELU between them, on every token."""

    def __init__(self, dim: int, ratio: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(dim, ratio * dim)
        self.fc2 = nn.Linear(ratio * dim, dim)

    def forward(self, z: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(z)))


class LocalConv(nn.Module):
    """A depthwise 3×3 convolution over the whole grid, which crosses window borders.

    It starts at zero, so that a network trained without it goes on unchanged.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(dim, 1, 3, 3))
        self.bias = nn.Parameter(torch.zeros(dim))

    def forward(self, z: Tensor) -> Tensor:
        """(B, H, W, C) to the same."""
        grid = z.permute(0, 3, 1, 2)  # channels-last memory, as the kernels like it
        out = F.conv2d(grid, self.weight, self.bias, padding=1, groups=self.bias.numel())
        return out.permute(0, 2, 3, 1)


class Block(nn.Module):
    """Attention in windows, MLP, and where the variant has it a local convolution."""

    def __init__(self, dim: int, heads: int, mlp_ratio: int, window: int, local_conv: bool) -> None:
        super().__init__()
        self.window = window
        self.norm1 = nn.LayerNorm(dim, eps=NORM_EPS)
        self.attn = Attention(dim, heads)
        self.norm2 = nn.LayerNorm(dim, eps=NORM_EPS)
        self.mlp = MLP(dim, mlp_ratio)
        self.local: Optional[LocalConv] = LocalConv(dim) if local_conv else None

    def forward(self, z: Tensor, bias: Tensor, shift: int) -> Tensor:
        """z: (B, H, W, C); shift: by how many tokens the grid is rolled, without a mask."""
        h, w = z.shape[1:3]
        y = self.norm1(z)
        if shift:
            y = torch.roll(y, (-shift, -shift), (1, 2))
        y = from_windows(self.attn(to_windows(y, self.window), bias), self.window, h, w)
        if shift:
            y = torch.roll(y, (shift, shift), (1, 2))
        z = z + y
        z = z + self.mlp(self.norm2(z))
        return z if self.local is None else z + self.local(z)
