"""Fusing whole pictures: padding, the forward pass, cropping."""
from __future__ import annotations

from typing import NamedTuple, Optional

import torch
import torch.nn.functional as F
from torch import Tensor

from .adapters import Controls
from .network import Fusion, Network, denormalise, normalise


class Fused(NamedTuple):
    pixels: Tensor  # (B, 3, h, w) in [0, 1]
    weight: Optional[Tensor]  # (B, 1, h, w)
    whole: Fusion  # of the padded pictures


@torch.no_grad()
def fuse(network: Network, a: Tensor, b: Tensor, task: str, controls: Optional[Controls] = None) -> Fused:
    """Fuses sources (B, 3, h, w) in [0, 1] of any size."""
    c = network.config
    h, w = a.shape[2:]
    controls = controls or Controls.of_task(c.task(task), len(c.tasks))
    out = network(normalise(pad(a, c.span)), normalise(pad(b, c.span)), controls)
    pixels = denormalise(out.pixels).clamp(0, 1)
    if c.upsample > 1:
        pixels = F.avg_pool2d(pixels, c.upsample)
    weight = None if out.weight is None else out.weight[:, :, :h, :w]
    return Fused(pixels[:, :, :h, :w], weight, out)


def pad(picture: Tensor, span: int) -> Tensor:
    """Continues a picture at the bottom and the right to a multiple of `span` pixels.

    By reflection without repeating the edge; an axis too short for that repeats its edge.
    """
    h, w = picture.shape[2:]
    for extent, axis in ((h, 2), (w, 3)):
        more = -extent % span
        margin = (0, 0, 0, more) if axis == 2 else (0, more, 0, 0)
        picture = F.pad(picture, margin, mode="reflect" if more < extent else "replicate")
    return picture
