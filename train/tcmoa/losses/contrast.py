"""Perceived contrast: how much of what an eye sees in the sources a fusion shows."""
from __future__ import annotations

import torch
from torch import Tensor

from ..filters import blur

# Pixels of a degree of sight: a picture of 512 pixels fills the metric's 15°.
_PIXELS_PER_DEGREE = 512 / 15
# Least magnitude of a surround: of what is darker no contrast can be told.
_LEAST_SURROUND = 0.02


def contrast_preservation(fused: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """Mean Qcb (Chen and Blum 2009) of lumas (B, 1, h, w), differentiable.

    The local contrast of the picture as the eye's contrast sensitivity filters it,
    compared with each source's, weighed by the squares of the sources'.
    """
    cf, ca, cb = _contrast(torch.cat([fused, a, b], 1)).split(1, 1)
    share = ca ** 2 / (ca ** 2 + cb ** 2 + 1e-8)
    return (share * _ratio(ca, cf) + (1 - share) * _ratio(cb, cf)).mean()


def _contrast(lumas: Tensor) -> Tensor:
    h, w = lumas.shape[2:]
    rows = torch.fft.fftfreq(h, device=lumas.device)[:, None] * _PIXELS_PER_DEGREE
    columns = torch.fft.rfftfreq(w, device=lumas.device)[None] * _PIXELS_PER_DEGREE
    squared = rows ** 2 + columns ** 2
    sensitivity = torch.exp(-squared / 15.387 ** 2) - 0.7622 * torch.exp(-squared / 1.3456 ** 2)
    seen = torch.fft.irfft2(torch.fft.rfft2(lumas) * sensitivity, s=(h, w))
    surround = blur(seen, 25, 4.0)
    centre = blur(seen, 25, 2.0)
    safe = torch.where(surround < 0, -1.0, 1.0) * surround.abs().clamp_min(_LEAST_SURROUND)
    c = (centre / safe - 1).abs()
    return c ** 3 / (c ** 2 + 1e-4)


def _ratio(c: Tensor, d: Tensor) -> Tensor:
    return (torch.minimum(c, d) + 1e-6) / (torch.maximum(c, d) + 1e-6)
