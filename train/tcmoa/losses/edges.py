"""Edges: the stronger source's gradient, and how much of the sources' edges a fusion keeps."""
from __future__ import annotations

import math

import torch
from torch import Tensor

from ..filters import sobel

# Constants of Xydeas and Petrović: gain, slope and centre of the two sigmoids.
_STRENGTH = (0.9994, -15.0, 0.5)
_ANGLE = (0.9879, -22.0, 0.8)


def stronger_gradient(fused: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """L1 distance of the fused luma's gradient, with its sign, to the stronger source's."""
    fx, fy = sobel(fused)
    ax, ay = sobel(a)
    bx, by = sobel(b)
    first = (ax * ax + ay * ay) >= (bx * bx + by * by)
    return ((fx - torch.where(first, ax, bx)).abs() + (fy - torch.where(first, ay, by)).abs()).mean()


def gradient_distance(x: Tensor, y: Tensor) -> Tensor:
    """L1 distance of two pictures' gradients, channel by channel."""
    b, c, h, w = x.shape
    dx, dy = sobel((x - y).reshape(b * c, 1, h, w))
    return (dx.abs() + dy.abs()).mean()


def edge_preservation(fused: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """Qabf (Xydeas and Petrović 2000): the share of the sources' edges kept, differentiable."""
    f = sobel(fused)
    total, weights = 0.0, 0.0
    for source in (a, b):
        s = sobel(source)
        strength = (s[0] ** 2 + s[1] ** 2 + 1e-10).sqrt()
        total = total + strength * _preserved(s, strength, f)
        weights = weights + strength
    return total.sum() / (weights.sum() + 1e-6)


def _preserved(s, strength: Tensor, f) -> Tensor:
    own = (f[0] ** 2 + f[1] ** 2 + 1e-10).sqrt()
    ratio = torch.minimum(strength, own) / torch.maximum(strength, own)
    dot, cross = s[0] * f[0] + s[1] * f[1], s[0] * f[1] - s[1] * f[0]
    between = torch.atan2(cross.abs() + 1e-10, dot.abs() + 1e-10)  # modulo π, as the metric has it
    angle = 1 - between * (2 / math.pi)
    return _sigmoid(ratio, _STRENGTH) * _sigmoid(angle, _ANGLE)


def _sigmoid(v: Tensor, constants) -> Tensor:
    gain, slope, centre = constants
    return gain * torch.sigmoid(-slope * (v - centre))
