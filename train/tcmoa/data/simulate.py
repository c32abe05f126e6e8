"""Pairs made from one photograph: two focus distances, or two exposures.

Pictures are float32 (h, w, 3) in [0, 1]; every choice comes from the generator given.
"""
from __future__ import annotations

from typing import Tuple

import numpy as np
from scipy import ndimage, signal


def defocus_pair(scene: np.ndarray, rng: np.random.Generator) -> Tuple[np.ndarray, np.ndarray]:
    """Two pictures of the scene, each sharp where the other is out of focus.

    The mask is smooth noise cut at a level, with an edge between hard and wide; the
    kernels, a lens's disc or a Gaussian, are drawn anew for either picture.
    """
    mask = _region(scene.shape[:2], rng)[..., None]
    first, second = _defocus(scene, rng), _defocus(scene, rng)
    a = mask * scene + (1 - mask) * first
    b = (1 - mask) * scene + mask * second
    return a.astype(np.float32), b.astype(np.float32)


def exposure_pair(scene: np.ndarray, rng: np.random.Generator) -> Tuple[np.ndarray, np.ndarray]:
    """An over- and an underexposed picture of the scene.

    The photograph is taken back to light by a power, scaled by two exposures, given
    photon and read noise, clipped, and put through a camera's curve: a power and an S.
    """
    light = scene ** rng.uniform(1.8, 2.6)
    power, bend = 1 / rng.uniform(1.8, 2.6), rng.uniform(0, 0.4)
    photons, read = rng.uniform(500, 5000), rng.uniform(0, 0.004)
    pair = []
    for stops in (rng.uniform(0.6, 3.0), -rng.uniform(0.6, 3.5)):
        exposed = light * 2 ** stops
        deviation = np.sqrt(exposed / photons + read ** 2)
        exposed = exposed + deviation * rng.standard_normal(exposed.shape, dtype=np.float32)
        v = np.clip(exposed, 0, 1) ** power
        v = (1 - bend) * v + bend * v * v * (3 - 2 * v)
        pair.append(np.round(v * 255).astype(np.float32) / 255)
    return pair[0], pair[1]


def _region(shape: Tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """A soft-edged random region, (h, w) in [0, 1]."""
    cells = rng.integers(2, 7)
    noise = rng.standard_normal((cells, cells))
    zoom = (shape[0] / cells, shape[1] / cells)
    field = ndimage.zoom(noise, zoom, order=3, mode="nearest", grid_mode=True)
    field = field - np.quantile(field, rng.uniform(0.2, 0.8))
    slope = np.abs(np.gradient(field)[0]).mean() + np.abs(np.gradient(field)[1]).mean() + 1e-6
    # The distance to the cut in pixels, roughly, over the width of the edge.
    return 1 / (1 + np.exp(-np.clip(field / (slope * rng.uniform(0.3, 4)), -30, 30)))


def _defocus(scene: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    radius = rng.uniform(1.0, 6.0)
    if rng.random() < 0.5:
        return ndimage.gaussian_filter(scene, (radius / 2, radius / 2, 0), mode="reflect")
    side = int(np.ceil(radius))
    y, x = np.mgrid[-side:side + 1, -side:side + 1]
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    padded = np.pad(scene, ((side, side), (side, side), (0, 0)), mode="reflect")
    return signal.fftconvolve(padded, (disc / disc.sum())[..., None], mode="valid", axes=(0, 1))
