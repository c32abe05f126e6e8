"""Two-scale blending: the sources' local means and their detail are weighed apart.

One weight for a whole pixel must choose: where it changes quickly it draws edges of
its own wherever the sources differ in brightness, and where it changes slowly it
mixes a sharp source with a blurred one. As in guided-filter fusion (Li, Kang, Hu
2013) the local means follow a weight and the detail another one, sharper. What
is measured in every pixel (which source has more detail, which is brighter) moves
them, by gains that the network gives token by token, enlarged bilinearly.
"""
from __future__ import annotations

from typing import NamedTuple, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Gains of a token, in the order of the layer's outputs.
GAINS = ("mean_activity", "mean_brightness", "detail_offset", "detail_fine", "detail_activity",
         "detail_brightness", "detail_contrast")

# Radii in pixels of the box filters: of the local means and of the coarse activity, and of the fine one.
RADIUS, FINE_RADIUS = 15, 2

# Activity (in normalised pixels) below which a difference of activities is noise.
FLOOR = 0.05


def initialise(layer: nn.Linear) -> None:
    """Starts where everywhere the detail follows the more active source."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    with torch.no_grad():
        layer.bias[[GAINS.index("detail_fine"), GAINS.index("detail_activity")]] = 4


class Cues(NamedTuple):
    """What is measured in the pixels; (B, 3, h, w) and (B, 1, h, w)."""

    mean_a: Tensor
    mean_b: Tensor
    fine: Tensor  # of -1 (only b has detail) to 1 (only a has)
    activity: Tensor  # the same over a wider neighbourhood
    brightness: Tensor  # a's less b's


def measure(a: Tensor, b: Tensor) -> Cues:
    """The cues of normalised sources (B, 3, h, w)."""
    mean_a, mean_b = box(a, RADIUS), box(b, RADIUS)
    grey_a, grey_b = a.mean(1, keepdim=True), b.mean(1, keepdim=True)
    la, lb = laplacian(grey_a).abs(), laplacian(grey_b).abs()
    fine = contrast(box(la, FINE_RADIUS), box(lb, FINE_RADIUS))
    activity = contrast(box(la, RADIUS), box(lb, RADIUS))
    return Cues(mean_a, mean_b, fine, activity, grey_a - grey_b)


def blend(a: Tensor, b: Tensor, logit: Tensor, gains: Tensor) -> Tuple[Tensor, Tensor]:
    """Fused pixels and the first source's share in the local means.

    logit: the weight's (B, 1, h, w); gains: (B, 7, h, w), zeros make a plain blend
    of the sources by sigmoid(logit).
    """
    c = measure(a, b)
    g = gains.split(1, 1)
    share = torch.sigmoid(logit + g[0] * c.activity + g[1] * c.brightness)
    detail = torch.sigmoid(logit + g[2] + g[3] * c.fine + g[4] * c.activity + g[5] * c.brightness)
    strength = 2 * torch.sigmoid(g[6])
    means = share * c.mean_a + (1 - share) * c.mean_b
    return means + strength * (detail * (a - c.mean_a) + (1 - detail) * (b - c.mean_b)), share


def contrast(a: Tensor, b: Tensor) -> Tensor:
    return (a - b) / (a + b + FLOOR)


def laplacian(grey: Tensor) -> Tensor:
    """Four times a pixel less its neighbours; borders repeat their edge."""
    kernel = grey.new_tensor([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]).view(1, 1, 3, 3)
    return F.conv2d(F.pad(grey, (1, 1, 1, 1), mode="replicate"), kernel)


def box(picture: Tensor, radius: int) -> Tensor:
    """Mean over the pixels inside the picture of a square around each, (B, C, h, w)."""
    side = 2 * radius + 1
    rows = F.avg_pool2d(picture, (1, side), 1, (0, radius), count_include_pad=False)
    return F.avg_pool2d(rows, (side, 1), 1, (radius, 0), count_include_pad=False)
