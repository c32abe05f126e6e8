"""A network, pictures and a run small enough for tests."""
from __future__ import annotations

import dataclasses
import os

import numpy as np
import yaml
from PIL import Image

from tcmoa.config import VARIANTS, Config

CONFIG: Config = dataclasses.replace(VARIANTS["tiny"], name="small", dim=32, depth=4, heads=2, decoder_dim=32,
                                     decoder_depth=2, decoder_heads=2)


def write_data(root: str, side: int = 120) -> None:
    """Pairs for each task and photographs, two of each."""
    rng = np.random.default_rng(0)

    def picture(path: str) -> None:
        coarse = rng.integers(0, 256, (12, 12, 3), dtype=np.uint8)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Image.fromarray(coarse).resize((side + 8, side), Image.BICUBIC).save(path)

    for k in range(2):
        for task in ("vif", "mef", "mff"):
            for part in ("a", "b") + (("gt",) if task == "mff" else ()):
                picture(os.path.join(root, task, part, f"{k}.png"))
        picture(os.path.join(root, "photos", f"{k}.png"))


def write_run(folder: str, **changes) -> str:
    """A YAML file of a run of four steps; changes replace its top-level keys."""
    root = os.path.join(folder, "data")
    if not os.path.isdir(root):
        write_data(root)
    network = {k: v for k, v in dataclasses.asdict(CONFIG).items() if k != "tasks"}
    values = {
        "stage": "fusion",
        "network": network,
        "output": os.path.join(folder, "output"),
        "root": root,
        "data": {"vif": {"pairs": ["vif"]},
                 "mef": {"pairs": ["mef"], "photos": ["photos"], "simulated": 0.5},
                 "mff": {"pairs": ["mff"], "photos": ["photos"], "simulated": 0.5}},
        "crops": [{"side": 112, "batch": 1, "share": 1}],
        "losses": {"vif": {"gradient": 1, "structure": 1, "colour": 1},
                   "mef": {"structure": 1, "intensity": 1, "colour": 1},
                   "mff": {"distance": 1, "structure": 1},
                   "mixture": {"balance": 1e-3, "complementary": 1, "dominance": 1, "window_seams": 1}},
        "optimiser": {"rate": 1e-3},
        "length": {"steps": 4},
        "threads": 1,
        "every": {"log": 1, "checkpoint": 2, "samples": 4, "export": 2},
        **changes,
    }
    path = os.path.join(folder, "run.yaml")
    with open(path, "w") as file:
        yaml.safe_dump(values, file)
    return path
