"""Fusion metrics on 8-bit scale luma, float64 (h, w) in [0, 255].

They judge checkpoints while training; the product's own program measures releases.
"""
from __future__ import annotations

from typing import Optional

import numpy as np
from scipy import ndimage

C1 = (0.01 * 255) ** 2
C2 = (0.03 * 255) ** 2


def luma(rgb: np.ndarray) -> np.ndarray:
    """(h, w, 3) in [0, 1] to ITU-R BT.601 luma in [0, 255], rounded as a saved picture would be."""
    return np.round(np.clip(rgb, 0, 1) * 255) @ np.array([0.299, 0.587, 0.114])


def psnr(x: np.ndarray, y: np.ndarray) -> float:
    """Peak signal to noise in dB, of pictures in [0, 1] rounded to 8 bits."""
    x, y = (np.round(np.clip(v, 0, 1) * 255) for v in (x, y))
    return float(10 * np.log10(255 ** 2 / max(np.mean((x - y) ** 2), 1e-10)))


def ssim(x: np.ndarray, y: np.ndarray) -> float:
    """Mean SSIM (Wang et al. 2004): Gaussian window of 11 taps, σ 1.5, without the border."""
    mx, my = _window(x), _window(y)
    vx, vy = _window(x * x) - mx * mx, _window(y * y) - my * my
    cov = _window(x * y) - mx * my
    value = (2 * mx * my + C1) * (2 * cov + C2) / ((mx * mx + my * my + C1) * (vx + vy + C2))
    return float(value[5:-5, 5:-5].mean())


def qabf(fused: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    """Edges of the sources kept in the fusion (Xydeas and Petrović 2000)."""
    strength_f, angle_f = _edges(fused)
    kept, weight = 0.0, 0.0
    for source in (a, b):
        strength, angle = _edges(source)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.minimum(strength, strength_f) / np.maximum(strength, strength_f)
        ratio = np.nan_to_num(ratio)
        alike = np.abs(np.abs(angle - angle_f) - np.pi / 2) / (np.pi / 2)
        q = 0.9994 / (1 + np.exp(-15 * (ratio - 0.5))) * 0.9879 / (1 + np.exp(-22 * (alike - 0.8)))
        kept += (q * strength).sum()
        weight += strength.sum()
    return float(kept / weight)


def scd(fused: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    """Sum of the correlations of differences (Aslantas and Bendes 2015)."""
    return _correlation(fused - b, a) + _correlation(fused - a, b)


def vif(fused: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    """Visual information fidelity to both sources, summed (Sheikh and Bovik 2006, pixel domain)."""
    return _fidelity(a, fused) + _fidelity(b, fused)


def mef_ssim(fused: np.ndarray, a: np.ndarray, b: np.ndarray, size: int = 11, power: float = 4.0) -> float:
    """MEF-SSIM (Ma, Zeng, Wang 2015) at one scale, uniform patches."""
    def mean(v: np.ndarray) -> np.ndarray:
        return ndimage.uniform_filter(v, size)

    ma, mb, mf = mean(a), mean(b), mean(fused)
    va, vb, vf = (np.maximum(mean(v * v) - m * m, 0) for v, m in ((a, ma), (b, mb), (fused, mf)))
    ab, af, bf = mean(a * b) - ma * mb, mean(a * fused) - ma * mf, mean(b * fused) - mb * mf
    ca, cb = np.sqrt(va) + 1e-3, np.sqrt(vb) + 1e-3
    largest = np.maximum(ca, cb)
    wa, wb = (ca / largest) ** power / ca, (cb / largest) ** power / cb
    norm = np.sqrt(np.maximum(wa * wa * va + wb * wb * vb + 2 * wa * wb * ab, 1e-10))
    cov = largest / norm * (wa * af + wb * bf)
    value = (2 * cov + C2) / (largest ** 2 + vf + C2)
    half = size // 2
    return float(value[half:-half, half:-half].mean())


def seam_ratio(weight: np.ndarray, period: int) -> Optional[float]:
    """Mean step of a weight map across window borders, over the mean step elsewhere."""
    across, elsewhere = [], []
    for axis in (0, 1):
        step = np.abs(np.diff(weight, axis=axis))
        at = np.arange(step.shape[axis]) % period == period - 1
        across.append(np.compress(at, step, axis).ravel())
        elsewhere.append(np.compress(~at, step, axis).ravel())
    lines = np.concatenate(across)
    return float(lines.mean() / np.concatenate(elsewhere).mean()) if lines.size else None


def _window(v: np.ndarray) -> np.ndarray:
    return ndimage.gaussian_filter(v, 1.5, truncate=3.34)


def _edges(v: np.ndarray):
    gx, gy = ndimage.sobel(v, 1), ndimage.sobel(v, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        angle = np.where(gx == 0, np.pi / 2, np.arctan(gy / gx))
    return np.hypot(gx, gy), angle


def _correlation(x: np.ndarray, y: np.ndarray) -> float:
    x, y = x - x.mean(), y - y.mean()
    return float((x * y).sum() / (np.sqrt((x * x).sum() * (y * y).sum()) + 1e-12))


def _fidelity(reference: np.ndarray, other: np.ndarray) -> float:
    """Information of `other` about `reference`, over four scales."""
    noise, kept, whole = 2.0, 0.0, 0.0
    for scale in range(1, 5):
        size = 2 ** (5 - scale) + 1
        sigma, margin = size / 5, size // 2

        def blur(v: np.ndarray) -> np.ndarray:
            out = ndimage.gaussian_filter(v, sigma, truncate=margin / sigma)
            return out[margin:-margin, margin:-margin]

        if scale > 1:
            reference, other = blur(reference)[::2, ::2], blur(other)[::2, ::2]
        mr, mo = blur(reference), blur(other)
        vr = np.maximum(blur(reference * reference) - mr * mr, 0)
        vo = np.maximum(blur(other * other) - mo * mo, 0)
        cov = blur(reference * other) - mr * mo
        gain = cov / (vr + 1e-10)
        rest = vo - gain * cov
        gain[vr < 1e-10], rest[vr < 1e-10], vr[vr < 1e-10] = 0, vo[vr < 1e-10], 0
        gain[vo < 1e-10], rest[vo < 1e-10] = 0, 0
        rest[gain < 0], gain[gain < 0] = vo[gain < 0], 0
        rest = np.maximum(rest, 1e-10)
        kept += np.log10(1 + gain ** 2 * vr / (rest + noise)).sum()
        whole += np.log10(1 + vr / noise).sum()
    return float(kept / whole)
