"""Two-scale blending: the sources' local means and their detail are weighed apart.

One weight for a whole pixel must choose: where it changes quickly it draws edges of
its own wherever the sources differ in brightness, and where it changes slowly it
mixes a sharp source with a blurred one. As in guided-filter fusion (Li, Kang, Hu
2013) the local means follow a weight and the detail another one, sharper. What
is measured in every pixel (which source has more detail, which is brighter) moves
them, by gains that the network gives token by token. The network says nothing about
a single pixel: its outputs are smoothed over the neighbouring tokens and enlarged
bilinearly, so that neither patches nor windows leave a border in the picture.
"""
from __future__ import annotations

from typing import NamedTuple, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# A token's outputs: the weight's logit, the gains, and what is added to the picture's
# red, green and blue.
LOGIT = 0
GAINS = ("mean_activity", "mean_brightness", "detail_offset", "detail_fine", "detail_activity",
         "detail_brightness", "detail_contrast")
COLOURS = 3
OUTPUTS = 1 + len(GAINS) + COLOURS

# Radii in pixels of the box filters: of the local means and of the coarse activity, and of the fine one.
RADIUS, FINE_RADIUS = 15, 2
# The outputs' box filter, in tokens: as wide as the borders of plain and shifted windows
# are apart, so that a step at each of them becomes an even slope.
TOKEN_RADIUS = 3

# Activity (in normalised pixels) below which a difference of activities is noise.
FLOOR = 0.05


def initialise(layer: nn.Linear) -> None:
    """Starts where everywhere the detail follows the more active source."""
    nn.init.normal_(layer.weight, std=1e-3)
    nn.init.zeros_(layer.bias)
    with torch.no_grad():
        layer.bias[1 + GAINS.index("detail_fine")] = 8
        layer.bias[1 + GAINS.index("detail_activity")] = 4


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


class Blend(NamedTuple):
    """What two-scale blending makes of two pictures."""

    pixels: Tensor  # (B, 3, h, w)
    share: Tensor  # (B, 1, h, w), the first source's in the local means
    choices: Tensor  # (B, 6, H, W): what each token alone would choose, its outputs not smoothed


def blend(a: Tensor, b: Tensor, tokens: Tensor, patch: int) -> Blend:
    """Blends normalised sources (B, 3, h, w) by the outputs (B, OUTPUTS, h/patch, w/patch) of the tokens.

    Outputs of zeros make the plain average of the sources.
    """
    c = measure(a, b)
    outputs = F.interpolate(box(tokens, TOKEN_RADIUS), scale_factor=float(patch), mode="bilinear",
                            align_corners=False)
    share, detail, strength, colour = weigh(outputs, c.activity, c.brightness, c.fine)
    means = share * c.mean_a + (1 - share) * c.mean_b
    pixels = means + strength * (detail * (a - c.mean_a) + (1 - detail) * (b - c.mean_b)) + colour
    pooled = (F.avg_pool2d(cue, patch) for cue in (c.activity, c.brightness, c.fine))
    return Blend(pixels, share, torch.cat(weigh(tokens, *pooled), 1))


def weigh(outputs: Tensor, activity: Tensor, brightness: Tensor,
          fine: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    """The first source's share in the means and in the detail, the detail's strength, and the colour added."""
    z, g = outputs[:, LOGIT:LOGIT + 1], outputs[:, 1:1 + len(GAINS)].split(1, 1)
    share = torch.sigmoid(z + g[0] * activity + g[1] * brightness)
    detail = torch.sigmoid(z + g[2] + g[3] * fine + g[4] * activity + g[5] * brightness)
    return share, detail, 2 * torch.sigmoid(g[6]), outputs[:, -COLOURS:]


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
