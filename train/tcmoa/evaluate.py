"""Measures weights and baselines on folders of pairs.

`python3 -m tcmoa.evaluate --root data/val --weights NAME=FILE ... [--json F] [--pictures DIR]`
"""
from __future__ import annotations

import argparse
import collections
import json
import os
import sys
from typing import Callable, Dict, List, Mapping, Optional, Sequence

import numpy as np
import torch
from PIL import Image

from . import metrics, weights
from .baselines import BASELINES
from .data.folders import Pair, PairFolder
from .fusing import Fused, fuse
from .network import Network

Scores = Dict[str, List[float]]


def judge(task: str, fused: np.ndarray, a: np.ndarray, b: np.ndarray, truth: Optional[np.ndarray]) -> Dict[str, float]:
    """The metrics of one fused picture; all (h, w, 3) in [0, 1]."""
    y, ya, yb = metrics.luma(fused), metrics.luma(a), metrics.luma(b)
    out = {"Qabf": metrics.qabf(y, ya, yb), "SSIM": (metrics.ssim(y, ya) + metrics.ssim(y, yb)) / 2}
    if task == "vif":
        out["SCD"] = metrics.scd(y, ya, yb)
        out["VIF"] = metrics.vif(y, ya, yb)
    if task == "mef":
        out["MEF-SSIM"] = metrics.mef_ssim(y, ya, yb)
    if truth is not None:
        out["PSNR"] = metrics.psnr(fused, truth)
        out["SSIM to gt"] = metrics.ssim(y, metrics.luma(truth))
    return out


def inspect(network: Network, out: Fused) -> Dict[str, float]:
    """What only the network has: seams of its weight, spread of prompts, use of experts."""
    found: Dict[str, float] = {}
    if out.weight is not None:
        weight = out.weight[0, 0].double().numpy()
        # The borders of plain windows and, between them, of shifted ones.
        ratio = metrics.seam_ratio(weight, network.config.shift * network.config.patch)
        if ratio is not None:
            found["seam ratio"] = ratio
    for j, mix in enumerate(out.whole.mixes):
        found[f"prompt spread {j}"] = float(mix.prompt_x.std())
        share = mix.gates.flatten(0, -2).mean(0)
        found.update({f"load {j}.{e}": float(v) for e, v in enumerate(share)})
    return found


def swap_router(network: Network, task: str, out: Fused, a: torch.Tensor, b: torch.Tensor) -> Dict[str, float]:
    """Mean change of the fused pixels when another task's router is used."""
    return {f"change by router {t}": float((fuse(network, a, b, t).pixels - out.pixels).abs().mean())
            for t in network.config.tasks if t != task}


def shrink(picture: np.ndarray, side: int) -> np.ndarray:
    """(h, w, 3) uint8 to [0, 1], the longer side at most `side`."""
    image = Image.fromarray(picture)
    scale = side / max(image.size)
    if scale < 1:
        image = image.resize([max(1, round(v * scale)) for v in image.size], Image.LANCZOS)
    return np.asarray(image, np.float64) / 255


def evaluate(task: str, folder: PairFolder, networks: Mapping[str, Network], baselines: Sequence[str], side: int,
             limit: int = 0, routers: bool = False, pictures: Optional[str] = None,
             progress: Callable[[str], None] = lambda line: None) -> Dict[str, Scores]:
    """Scores of every method on every pair."""
    scores: Dict[str, Scores] = {m: collections.defaultdict(list) for m in (*networks, *baselines)}
    # A limited evaluation takes its pairs from all over the folder.
    count = min(limit or len(folder), len(folder))
    for done, i in enumerate(np.linspace(0, len(folder) - 1, count).astype(int)):
        pair: Pair = folder[i]
        a, b = shrink(pair.a, side), shrink(pair.b, side)
        truth = None if pair.truth is None else shrink(pair.truth, side)
        fused = {m: BASELINES[m](a, b) for m in baselines}
        for name, network in networks.items():
            ta, tb = (torch.from_numpy(v.transpose(2, 0, 1).copy()).float()[None] for v in (a, b))
            out = fuse(network, ta, tb, task)
            fused[name] = out.pixels[0].permute(1, 2, 0).double().numpy()
            _add(scores[name], inspect(network, out))
            if routers:
                _add(scores[name], swap_router(network, task, out, ta, tb))
        for name, picture in fused.items():
            _add(scores[name], judge(task, picture, a, b, truth))
            if pictures:
                stem = os.path.splitext(folder.names[i])[0]
                Image.fromarray(np.round(picture * 255).astype(np.uint8)).save(
                    os.path.join(pictures, f"{task}-{stem}-{name}.png"))
        progress(f"\r{task} {done + 1}/{count}")
    progress("\n")
    return scores


def _add(scores: Scores, values: Mapping[str, float]) -> None:
    for key, value in values.items():
        scores[key].append(value)


def main(arguments: Optional[Sequence[str]] = None) -> None:
    parser = argparse.ArgumentParser(prog="tcmoa.evaluate", description="Measure weights and baselines.")
    parser.add_argument("--root", required=True, help="folder with a folder of pairs for each task")
    parser.add_argument("--weights", action="append", default=[], metavar="NAME=FILE")
    parser.add_argument("--baselines", default="average,laplacian,mertens")
    parser.add_argument("--tasks", default="vif,mef,mff")
    parser.add_argument("--side", type=int, default=640, help="longer side at most")
    parser.add_argument("--limit", type=int, default=0, help="pairs a task at most")
    parser.add_argument("--routers", action="store_true", help="also measure what other tasks' routers change")
    parser.add_argument("--json", help="file for means and deviations")
    parser.add_argument("--pictures", help="folder for the fused pictures")
    given = parser.parse_args(arguments)
    if given.pictures:
        os.makedirs(given.pictures, exist_ok=True)
    networks = {}
    for item in given.weights:
        name, _, path = item.partition("=")
        networks[name] = weights.load(path)
    report: Dict[str, Dict] = {}
    for task in given.tasks.split(","):
        folder = PairFolder(os.path.join(given.root, task))
        # Mertens fusion is made for exposures.
        baselines = [m for m in given.baselines.split(",") if m and (m != "mertens" or task == "mef")]
        scores = evaluate(task, folder, networks, baselines, given.side, given.limit, given.routers,
                          given.pictures, sys.stderr.write)
        report[task] = {m: {k: {"mean": float(np.mean(v)), "std": float(np.std(v)), "pairs": len(v)}
                            for k, v in s.items()} for m, s in scores.items()}
        _print(task, report[task])
    if given.json:
        with open(given.json, "w") as file:
            json.dump(report, file, indent=1)


def _print(task: str, methods: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
    keys = list(dict.fromkeys(k for m in methods.values() for k in m))
    print(f"{task:<24}" + "".join(f"{m:>12}" for m in methods))
    for key in keys:
        print(f"  {key:<22}" + "".join(f"{s[key]['mean']:>12.4f}" if key in s else f"{'':>12}"
                                       for s in methods.values()))
    print(flush=True)


if __name__ == "__main__":
    main()
