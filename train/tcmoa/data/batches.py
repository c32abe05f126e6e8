"""Batches as a pure function of seed, step and rank: resuming needs no state of the data."""
from __future__ import annotations

from typing import Any, List, Mapping, NamedTuple, Optional, Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .folders import Pair, PairFolder, PhotoFolder
from .simulate import defocus_pair, exposure_pair

# Tasks whose sources have no order.
EXCHANGEABLE = ("mef", "mff")
_SIMULATED = {"mef": exposure_pair, "mff": defocus_pair}


class Batch(NamedTuple):
    """Pairs of one task, (B, 3, side, side) in [0, 1]."""

    task: str
    a: Tensor
    b: Tensor
    truth: Optional[Tensor]


class Crop(NamedTuple):
    """A size of crop: its side, how many make a batch, and its share of the steps."""

    side: int
    batch: int
    share: float


class FusionBatches:
    """Draws batches of pairs, the tasks in turn.

    data: for each task `pairs` (folders), `photos` (folders of single photographs, for
    the tasks that can be simulated) and `simulated` (their share).
    """

    def __init__(self, data: Mapping[str, Mapping[str, Any]], cycle: Sequence[str], crops: Sequence[Crop],
                 seed: int, rank: int = 0) -> None:
        self.cycle, self.crops, self.seed, self.rank = list(cycle), list(crops), seed, rank
        folders = {}  # one cache, however many tasks share a folder

        def photo_folder(root: str) -> PhotoFolder:
            if root not in folders:
                folders[root] = PhotoFolder(root)
            return folders[root]

        self.pairs = {t: [PairFolder(f) for f in data[t].get("pairs", [])] for t in set(cycle)}
        self.photos = {t: [photo_folder(f) for f in data[t].get("photos", [])] for t in set(cycle)}
        self.simulated = {t: float(data[t].get("simulated", 0)) for t in set(cycle)}
        for t in self.pairs:
            if self.simulated[t] > 0 and (t not in _SIMULATED or not self.photos[t]):
                raise ValueError(f'task "{t}" cannot be simulated, or has no photos to simulate it from')
            if self.simulated[t] < 1 and not self.pairs[t]:
                raise ValueError(f'task "{t}" has no pairs')

    def __call__(self, step: int) -> Batch:
        rng = np.random.default_rng([self.seed, step, self.rank])
        task = self.cycle[step % len(self.cycle)]
        # All ranks agree on the size, or they would wait for the slowest.
        shared = np.random.default_rng([self.seed, step])
        shares = np.array([c.share for c in self.crops])
        crop = self.crops[shared.choice(len(self.crops), p=shares / shares.sum())]
        simulated = shared.random() < self.simulated[task]
        pairs = [self._pair(task, simulated, crop.side, rng) for _ in range(crop.batch)]
        with_truth = all(p.truth is not None for p in pairs)
        return Batch(task, _stack([p.a for p in pairs]), _stack([p.b for p in pairs]),
                     _stack([p.truth for p in pairs]) if with_truth else None)

    def _pair(self, task: str, simulated: bool, side: int, rng: np.random.Generator) -> Pair:
        if simulated:
            folder = _choose(self.photos[task], rng)
            scene = _augment([folder[rng.integers(len(folder))]], side, rng)[0]
            a, b = _SIMULATED[task](scene, rng)
            pair = Pair(a, b, scene if task == "mff" else None)
        else:
            folder = _choose(self.pairs[task], rng)
            loaded = folder[rng.integers(len(folder))]
            crops = _augment([p for p in loaded if p is not None], side, rng)
            pair = Pair(crops[0], crops[1], crops[2] if loaded.truth is not None else None)
        if task in EXCHANGEABLE and rng.random() < 0.5:
            pair = Pair(pair.b, pair.a, pair.truth)
        return pair


class PhotoBatches:
    """Draws crops of single photographs, (B, 3, side, side) in [0, 1], for pre-training."""

    def __init__(self, folders: Sequence[str], crops: Sequence[Crop], seed: int, rank: int = 0) -> None:
        self.folders = [PhotoFolder(f) for f in folders]
        self.crops, self.seed, self.rank = list(crops), seed, rank

    def __call__(self, step: int) -> Tensor:
        rng = np.random.default_rng([self.seed, step, self.rank])
        shares = np.array([c.share for c in self.crops])
        crop = self.crops[np.random.default_rng([self.seed, step]).choice(len(self.crops), p=shares / shares.sum())]
        crops = []
        for _ in range(crop.batch):
            folder = _choose(self.folders, rng)
            crops.append(_augment([folder[rng.integers(len(folder))]], crop.side, rng)[0])
        return _stack(crops)


def _choose(folders: Sequence[Any], rng: np.random.Generator) -> Any:
    """A folder, in proportion to its size."""
    sizes = np.array([len(f) for f in folders], float)
    return folders[rng.choice(len(folders), p=sizes / sizes.sum())]


def _augment(pictures: Sequence[np.ndarray], side: int, rng: np.random.Generator) -> List[np.ndarray]:
    """The same random crop, scale, mirror and quarter turn of registered pictures, in [0, 1].

    Half of the crops are taken at the picture's own size, which keeps its sharpness and
    noise as they are; the others at a scale of 0.7 to 1.4.
    """
    h, w = pictures[0].shape[:2]
    scale = 1.0 if rng.random() < 0.5 else rng.uniform(0.7, 1.4)
    extent = int(round(min(side / scale, h, w)))
    top, left = rng.integers(h - extent + 1), rng.integers(w - extent + 1)
    turns, mirror = rng.integers(4), rng.random() < 0.5
    out = []
    for picture in pictures:
        crop = picture[top:top + extent, left:left + extent]
        if extent != side:
            crop = np.asarray(Image.fromarray(crop).resize((side, side), Image.BICUBIC))
        crop = np.rot90(crop, turns)
        if mirror:
            crop = crop[:, ::-1]
        out.append(crop.astype(np.float32) / 255)
    return out


def _stack(pictures: Sequence[np.ndarray]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(np.stack(pictures).transpose(0, 3, 1, 2)))
