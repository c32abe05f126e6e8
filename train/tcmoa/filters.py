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
    """Gaussian blur of every channel, without padding: (B, C, h - size + 1, w - size + 1)."""
    b, c, h, w = stack.shape
    taps = gaussian(size, sigma, stack)
    out = F.conv2d(stack.reshape(b * c, 1, h, w), taps.view(1, 1, 1, -1))
    out = F.conv2d(out, taps.view(1, 1, -1, 1))
    return out.view(b, c, h - size + 1, w - size + 1)


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
