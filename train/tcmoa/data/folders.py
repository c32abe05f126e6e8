"""Pictures on disk, kept in memory as 8 bits once read."""
from __future__ import annotations

import os
from typing import Dict, List, NamedTuple, Optional

import numpy as np
from PIL import Image

EXTENSIONS = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")


class Pair(NamedTuple):
    """Two registered sources, and where there is one the picture they came from."""

    a: np.ndarray  # (h, w, 3) uint8
    b: np.ndarray
    truth: Optional[np.ndarray]


def read_picture(path: str) -> np.ndarray:
    """(h, w, 3) uint8; grey is repeated."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def list_pictures(folder: str) -> List[str]:
    return sorted(n for n in os.listdir(folder) if n.lower().endswith(EXTENSIONS))


class PairFolder:
    """A folder with `a/`, `b/` and perhaps `gt/`, a pair under one file name."""

    def __init__(self, root: str) -> None:
        self.root = root
        others = set(list_pictures(os.path.join(root, "b")))
        self.names = [n for n in list_pictures(os.path.join(root, "a")) if n in others]
        if not self.names:
            raise ValueError(f"{root}: no picture is in both a/ and b/")
        truth = os.path.join(root, "gt")
        self._truths = set(list_pictures(truth)) if os.path.isdir(truth) else set()
        self._cache: Dict[int, Pair] = {}

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> Pair:
        if index not in self._cache:
            name = self.names[index]
            a, b = (read_picture(os.path.join(self.root, part, name)) for part in ("a", "b"))
            truth = read_picture(os.path.join(self.root, "gt", name)) if name in self._truths else None
            for other in (b, truth):
                if other is not None and other.shape != a.shape:
                    raise ValueError(f"{self.root}: the pictures named {name} differ in size")
            self._cache[index] = Pair(a, b, truth)
        return self._cache[index]


class PhotoFolder:
    """A folder of single photographs."""

    def __init__(self, root: str) -> None:
        self.paths = [os.path.join(root, n) for n in list_pictures(root)]
        if not self.paths:
            raise ValueError(f"{root}: no pictures")
        self._cache: Dict[int, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> np.ndarray:
        if index not in self._cache:
            self._cache[index] = read_picture(self.paths[index])
        return self._cache[index]
