"""The loss of each task: what a good fusion is, term by term.

Every function takes pictures (B, 3, h, w) in [0, 1], sources `a` and `b`, and
returns named terms; a run's file weighs them.
"""
from __future__ import annotations

from typing import Callable, Dict, Optional

import torch
import torch.nn.functional as F
from torch import Tensor

from ..filters import blur, ycbcr
from .contrast import contrast_preservation
from .edges import edge_preservation, gradient_distance, stronger_gradient
from .structure import mef_ssim, ssim

Terms = Dict[str, Tensor]

# Deviation of the bell that says how well a pixel is exposed (Mertens et al. 2007).
_WELL_EXPOSED = 0.2
# Mean squared error below which a picture is exact: a quarter of a level of 255.
_LEAST_ERROR = 1e-6


def vif(fused: Tensor, a: Tensor, b: Tensor, truth: Optional[Tensor]) -> Terms:
    """Visible (a, in colour) and infrared (b)."""
    y, chroma = ycbcr(fused)
    ya, colour = ycbcr(a)
    yb, _ = ycbcr(b)
    return {
        "intensity": (y - torch.maximum(ya, yb)).abs().mean(),
        "gradient": stronger_gradient(y, ya, yb),
        "edges": 1 - edge_preservation(y, ya, yb),
        "structure": 1 - (ssim(y, ya) + ssim(y, yb)) / 2,
        "differences": 1 - (_correlation(y - yb, ya) + _correlation(y - ya, yb)) / 2,
        "colour": (chroma - colour).abs().mean(),
    }


def mef(fused: Tensor, a: Tensor, b: Tensor, truth: Optional[Tensor]) -> Terms:
    """Two exposures, in either order.

    A simulated pair's scene is no truth to train to: its own exposure cannot be
    known from the pair.
    """
    y, chroma = ycbcr(fused)
    ya, ca = ycbcr(a)
    yb, cb = ycbcr(b)
    wa, wb = _well_exposed(ya), _well_exposed(yb)
    exposure = (wa * ya + wb * yb) / (wa + wb)
    # The stronger colour, as in DeepFuse (Prabhakar et al. 2017).
    sa, sb = ca.abs() + 1e-3, cb.abs() + 1e-3
    colour = (sa * ca + sb * cb) / (sa + sb)
    return {
        "structure": 1 - mef_ssim(y, ya, yb),
        "both": 1 - (ssim(y, ya) + ssim(y, yb)) / 2,
        "gradient": stronger_gradient(y, ya, yb),
        "edges": 1 - edge_preservation(y, ya, yb),
        "contrast": 1 - contrast_preservation(y, ya, yb),
        # Local means only: the contrast is the other terms'.
        "intensity": (F.avg_pool2d(y, 16) - F.avg_pool2d(exposure, 16)).abs().mean(),
        "colour": (chroma - colour).abs().mean(),
    }


def mff(fused: Tensor, a: Tensor, b: Tensor, truth: Optional[Tensor]) -> Terms:
    """Two focus distances, in either order; without a ground truth the sharper source serves."""
    target = sharper(a, b) if truth is None else truth
    y, ya, yb = (ycbcr(v)[0] for v in (fused, a, b))
    return {
        "edges": 1 - edge_preservation(y, ya, yb),
        "distance": (fused - target).abs().mean(),
        "gradient": gradient_distance(fused, target),
        "structure": 1 - ssim(fused, target),
        "decibels": _decibels(fused, target),
    }


TASKS: Dict[str, Callable[[Tensor, Tensor, Tensor, Optional[Tensor]], Terms]] = {"vif": vif, "mef": mef, "mff": mff}


def sharper(a: Tensor, b: Tensor, size: int = 15) -> Tensor:
    """The source with more local detail, region by region, softly between."""
    detail = []
    for source in (a, b):
        y, _ = ycbcr(source)
        high = y - F.avg_pool2d(y, 3, 1, 1, count_include_pad=False)
        padded = F.pad(high.abs(), (size // 2,) * 4, mode="reflect")
        detail.append(blur(padded, size, size / 4))
    share = torch.sigmoid(20 * (detail[0] - detail[1]) / (detail[0] + detail[1] + 1e-4))
    return share * a + (1 - share) * b


def _decibels(fused: Tensor, target: Tensor) -> Tensor:
    """-PSNR / 10, mean over the batch: a result that is close already is still drawn closer."""
    return ((fused - target) ** 2).mean((1, 2, 3)).add(_LEAST_ERROR).log10().mean()


def _well_exposed(y: Tensor) -> Tensor:
    return torch.exp(-((y - 0.5) ** 2) / (2 * _WELL_EXPOSED ** 2)) + 1e-3


def _correlation(x: Tensor, y: Tensor) -> Tensor:
    """Mean over the batch of Pearson's correlation (of SCD: Aslantas and Bendes 2015)."""
    x, y = x.flatten(1), y.flatten(1)
    x, y = x - x.mean(1, keepdim=True), y - y.mean(1, keepdim=True)
    return ((x * y).sum(1) / ((x * x).sum(1) * (y * y).sum(1) + 1e-8).sqrt()).mean()
