"""Classical fusion to compare with: float64 pictures (h, w, 3) in [0, 1]."""
from __future__ import annotations

from typing import Callable, Dict, List

import numpy as np
from scipy import ndimage


def average(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a + b) / 2


def laplacian(a: np.ndarray, b: np.ndarray, levels: int = 5) -> np.ndarray:
    """Laplacian pyramids (Burt and Adelson 1983): the larger detail, the mean of the rest."""
    pa, pb = _pyramid(a, levels), _pyramid(b, levels)
    fused = [np.where(np.abs(x) >= np.abs(y), x, y) for x, y in zip(pa[:-1], pb[:-1])]
    return np.clip(_collapse(fused + [(pa[-1] + pb[-1]) / 2]), 0, 1)


def mertens(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Exposure fusion (Mertens, Kautz, Van Reeth 2007): contrast, saturation, exposedness."""
    weights = []
    for v in (a, b):
        contrast = np.abs(ndimage.laplace(v @ np.array([0.299, 0.587, 0.114])))
        exposed = np.exp(-((v - 0.5) ** 2) / (2 * 0.2 ** 2)).prod(2)
        weights.append(contrast * v.std(2) * exposed + 1e-12)
    share = (weights[0] / (weights[0] + weights[1]))[..., None]
    levels = int(np.log2(min(a.shape[:2]))) - 1
    pa, pb = _pyramid(a, levels), _pyramid(b, levels)
    pw = _reduced(share, levels)
    return np.clip(_collapse([w * x + (1 - w) * y for w, x, y in zip(pw, pa, pb)]), 0, 1)


BASELINES: Dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "average": average, "laplacian": laplacian, "mertens": mertens}

_TAPS = np.array([1, 4, 6, 4, 1]) / 16


def _smooth(v: np.ndarray) -> np.ndarray:
    return ndimage.convolve1d(ndimage.convolve1d(v, _TAPS, 0, mode="reflect"), _TAPS, 1, mode="reflect")


def _enlarge(v: np.ndarray, shape) -> np.ndarray:
    out = np.zeros((*shape[:2], v.shape[2]))
    out[::2, ::2] = v
    return 4 * _smooth(out)


def _reduced(v: np.ndarray, levels: int) -> List[np.ndarray]:
    out = [v]
    for _ in range(levels):
        out.append(_smooth(out[-1])[::2, ::2])
    return out


def _pyramid(v: np.ndarray, levels: int) -> List[np.ndarray]:
    steps = _reduced(v, levels)
    return [fine - _enlarge(coarse, fine.shape) for fine, coarse in zip(steps, steps[1:])] + [steps[-1]]


def _collapse(pyramid: List[np.ndarray]) -> np.ndarray:
    out = pyramid[-1]
    for detail in reversed(pyramid[:-1]):
        out = detail + _enlarge(out, detail.shape)
    return out
