"""Structural similarity, to one picture and to a pair of exposures."""
from __future__ import annotations

import math
from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor

from ..filters import blur

# The constants of SSIM for pictures in [0, 1].
C1 = 0.01 ** 2
C2 = 0.03 ** 2


# The exponents of MS-SSIM's first three scales, normalised, and the side of a patch.
_SCALES = (0.0710, 0.4528, 0.4762)
_PATCH = 11
# Of the metric: the largest power, and what is added to a patch's length in pixels of [0, 1].
_MOST_POWER, _LEAST_LENGTH = 10.0, 0.001


def ssim(x: Tensor, y: Tensor) -> Tensor:
    """Mean SSIM of two pictures (B, C, h, w) (Wang et al. 2004: Gaussian window, 11 taps, σ 1.5)."""
    c = x.shape[1]
    mx, my, xx, yy, xy = blur(torch.cat([x, y, x * x, y * y, x * y], 1)).split(c, 1)
    vx, vy, cov = xx - mx * mx, yy - my * my, xy - mx * my
    luminance = (2 * mx * my + C1) / (mx * mx + my * my + C1)
    return (luminance * (2 * cov + C2) / (vx + vy + C2)).mean()


def mef_ssim(fused: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """MEF-SSIM of a fused luma to two exposures (Ma, Zeng, Wang 2015), over the batch.

    In a patch around each pixel the wanted structure has the contrast of the stronger
    source and the direction of Σ_k c_k^p s_k, where c is the norm of the patch less its
    mean, s the rest over c, and p grows with how well the sources' structures agree.
    Three scales, combined as in MS-SSIM; a picture too small goes without the coarser.
    """
    value: Optional[Tensor] = None
    for share in _SCALES:
        if min(fused.shape[2:]) < _PATCH:
            break
        with torch.no_grad():
            wa, wb = _wanted(a, b)
        mean = blur(torch.cat([fused, a, b, fused * fused, a * a, b * b, fused * a, fused * b, a * b], 1))
        mf, ma, mb, ff, aa, bb, fa, fb, ab = mean.split(1, 1)
        variance = wa * wa * (aa - ma * ma) + wb * wb * (bb - mb * mb) + 2 * wa * wb * (ab - ma * mb)
        covariance = wa * (fa - mf * ma) + wb * (fb - mf * mb)
        scale = ((2 * covariance + C2) / (variance + ff - mf * mf + C2)).mean().clamp_min(1e-3) ** share
        value = scale if value is None else value * scale
        fused, a, b = (F.avg_pool2d(v, 2) for v in (fused, a, b))
    return value


def _wanted(a: Tensor, b: Tensor):
    """Factors of the two sources' patches, less their means, in the wanted patch."""
    mean = F.avg_pool2d(torch.cat([a, b, a * a, b * b, a * b], 1), _PATCH, 1)
    ma, mb, aa, bb, ab = mean.split(1, 1)
    va, vb, ab = (aa - ma * ma).clamp_min(0), (bb - mb * mb).clamp_min(0), ab - ma * mb
    ca, cb = va.sqrt(), vb.sqrt()
    agreement = ((va + vb + 2 * ab).clamp_min(0).sqrt() + 1e-9) / (ca + cb + 1e-9)
    power = torch.tan(math.pi / 2 * agreement.clamp_max(1 - 1e-4)).clamp_max(_MOST_POWER)
    ca, cb = ca + _LEAST_LENGTH / _PATCH, cb + _LEAST_LENGTH / _PATCH
    # Shares c^p, scaled by the larger contrast so that no power under- or overflows.
    largest = torch.maximum(ca, cb)
    wa, wb = (ca / largest) ** power / ca, (cb / largest) ** power / cb
    norm = (wa * wa * va + wb * wb * vb + 2 * wa * wb * ab).clamp_min(1e-12).sqrt()
    return largest / norm * wa, largest / norm * wb
