"""Structural similarity, to one picture and to a pair of exposures."""
from __future__ import annotations

import torch
from torch import Tensor

from ..filters import blur

# The constants of SSIM for pictures in [0, 1].
C1 = 0.01 ** 2
C2 = 0.03 ** 2


def ssim(x: Tensor, y: Tensor) -> Tensor:
    """Mean SSIM of two pictures (B, C, h, w) (Wang et al. 2004: Gaussian window, 11 taps, σ 1.5)."""
    c = x.shape[1]
    mx, my, xx, yy, xy = blur(torch.cat([x, y, x * x, y * y, x * y], 1)).split(c, 1)
    vx, vy, cov = xx - mx * mx, yy - my * my, xy - mx * my
    luminance = (2 * mx * my + C1) / (mx * mx + my * my + C1)
    return (luminance * (2 * cov + C2) / (vx + vy + C2)).mean()


def mef_ssim(fused: Tensor, a: Tensor, b: Tensor, power: float = 4.0) -> Tensor:
    """Mean MEF-SSIM of a fused luma to two exposures (Ma, Zeng, Wang 2015).

    A patch is split into mean, contrast c (the norm of the rest) and structure s (the
    rest over c). The wanted patch has the larger contrast and the structure
    Σ c_k^p s_k, normalised; its mean is not judged. The patch here is a Gaussian
    window, so that everything follows from blurred products.
    """
    stack = torch.cat([a, b, fused, a * a, b * b, fused * fused, a * b, a * fused, b * fused], 1)
    ma, mb, mf, aa, bb, ff, ab, af, bf = blur(stack).split(1, 1)
    va, vb, vf = (aa - ma * ma).clamp_min(0), (bb - mb * mb).clamp_min(0), (ff - mf * mf).clamp_min(0)
    ab, af, bf = ab - ma * mb, af - ma * mf, bf - mb * mf
    ca, cb = (va + 1e-8).sqrt(), (vb + 1e-8).sqrt()
    # Weights c^p of the structures s = (patch - mean) / c, scaled by the larger contrast
    # so that no power under- or overflows.
    largest = torch.maximum(ca, cb)
    wa, wb = (ca / largest) ** power / ca, (cb / largest) ** power / cb
    norm = (wa * wa * va + wb * wb * vb + 2 * wa * wb * ab).clamp_min(1e-8).sqrt()
    cov = largest / norm * (wa * af + wb * bf)
    return ((2 * cov + C2) / (largest ** 2 + vf + C2)).mean()
