"""Pictures that show how a run gets on."""
from __future__ import annotations

import os

import numpy as np
import torch
from PIL import Image

from .data.batches import Batch
from .fusing import fuse
from .network import Network


def write_sample(folder: str, name: str, network: Network, batch: Batch) -> None:
    """First source, second, fused and weight of a batch's first pair, side by side."""
    out = fuse(network, batch.a[:1], batch.b[:1], batch.task)
    strips = [batch.a[0], batch.b[0], out.pixels[0]]
    if out.weight is not None:
        strips.append(out.weight[0].expand(3, -1, -1))
    strip = torch.cat(strips, 2).clamp(0, 1).permute(1, 2, 0).numpy()
    os.makedirs(folder, exist_ok=True)
    Image.fromarray(np.round(strip * 255).astype(np.uint8)).save(os.path.join(folder, name))
