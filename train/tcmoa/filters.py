"""Small linear filters on single-channel pictures (B, 1, h, w) in [0, 1], and colour spaces."""
from __future__ import annotations

from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor


def gaussian(size: int, sigma: float, like: Tensor) -> Tensor:
    """A normalised 1-D Gaussian of `size` taps."""
    at = torch.arange(size, dtype=like.dtype, device=like.device) - (size - 1) / 2
    taps = torch.exp(-at ** 2 / (2 * sigma ** 2))
    return taps / taps.sum()


def blur(stack: Tensor, size: int = 11, sigma: float = 1.5) -> Tensor:
    """Gaussian blur of every channel, without padding: (B, C, h - size + 1, w - size + 1).

    As two matrix products: convolutions of single channels with long kernels take
    PyTorch's CPU ten times as long.
    """
    h, w = stack.shape[2:]
    taps = gaussian(size, sigma, stack)
    return _band(taps, h) @ (stack @ _band(taps, w).t())


def _band(taps: Tensor, extent: int) -> Tensor:
    """The matrix (extent - size + 1, extent) that slides the taps over `extent` values."""
    size = len(taps)
    tap = (torch.arange(extent, device=taps.device)[None]
           - torch.arange(extent - size + 1, device=taps.device)[:, None])
    return torch.where((tap >= 0) & (tap < size), taps[tap.clamp(0, size - 1)], taps.new_zeros(()))


def sobel(picture: Tensor) -> Tuple[Tensor, Tensor]:
    """Horizontal and vertical Sobel derivatives; borders repeat their edge."""
    kernel = picture.new_tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4
    kernels = torch.stack([kernel, kernel.t()])[:, None]
    out = F.conv2d(F.pad(picture, (1, 1, 1, 1), mode="replicate"), kernels)
    return out[:, :1], out[:, 1:]


def ycbcr(rgb: Tensor) -> Tuple[Tensor, Tensor]:
    """Luma (B, 1, h, w) and chroma (B, 2, h, w), centred on 0, of RGB in [0, 1] (ITU-R BT.601)."""
    r, g, b = rgb[:, :1], rgb[:, 1:2], rgb[:, 2:3]
    y = 0.299 * r + 0.587 * g + 0.114 * b
    return y, torch.cat([(b - y) * 0.564, (r - y) * 0.713], 1)
