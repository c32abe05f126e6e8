"""Runs a training: `python3 -m tcmoa.train RUN.yaml [--set KEY=VALUE ...]`.

The same command goes on where a run was stopped; asked to terminate, it saves first. On several processes:
`torchrun --nproc_per_node N -m tcmoa.train RUN.yaml`.
"""
from __future__ import annotations

import argparse
import copy
import os
import signal
import time
from typing import Any, Dict, Optional, Sequence, Tuple

import numpy as np
import torch
import torch.distributed as dist
from torch import nn

from . import settings as runs
from . import weights
from .average import Average
from .data.batches import FusionBatches, PhotoBatches
from .fusion_stage import FusionStage
from .logs import Log
from .network import Network
from .reconstruction_stage import ReconstructionStage, Reconstructor
from .samples import write_sample
from .schedule import rate
from .settings import Settings
from .trainable import freeze_backbone, freeze_fusion, freeze_others, groups

CHECKPOINT = "checkpoint.pt"
EXPORT = "weights.safetensors"


class Trainer:
    """One process of a run."""

    def __init__(self, settings: Settings) -> None:
        self.settings = s = settings
        self.rank = int(os.environ.get("RANK", 0))
        self.ranks = int(os.environ.get("WORLD_SIZE", 1))
        if s.threads:
            torch.set_num_threads(s.threads)
        torch.manual_seed(s.seed)
        self.device = torch.device("cpu")
        if torch.cuda.is_available():
            self.device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
            torch.cuda.set_device(self.device)
        if self.ranks > 1:
            dist.init_process_group("nccl" if self.device.type == "cuda" else "gloo")

        self.network = Network(s.network)
        if s.start:
            weights.take(self.network, weights.read_checkpoint(s.start))
        elif s.backbone:
            taken = weights.take_fitting(self.network, weights.read_checkpoint(s.backbone))
            self._say(f"took {taken} of {len(self.network.state_dict())} tensors from {s.backbone}")
        if s.stage == "fusion":
            model: nn.Module = self.network
            self.stage: Any = FusionStage(s.network, s.losses)
            self.batches: Any = FusionBatches(s.data, s.cycle, s.crops, s.seed, self.rank)
        else:
            model = Reconstructor(self.network)
            self.stage = ReconstructionStage(s.mask)
            self.batches = PhotoBatches(s.data["photos"], s.crops, s.seed, self.rank)
            freeze_fusion(self.network)
        if s.freeze == "backbone":
            freeze_backbone(self.network)
        if s.only:
            freeze_others(self.network, s.only)
        everything = sum(p.numel() for p in self.network.parameters())
        trained = sum(p.numel() for p in self.network.parameters() if p.requires_grad)
        if trained < everything:
            self._say(f"training {trained:,} of {everything:,} parameters ({trained / everything:.1%})")
        self.model = model.to(self.device)
        self.parallel = nn.parallel.DistributedDataParallel(self.model) if self.ranks > 1 else self.model
        self.average = Average(self.model, s.optimiser.ema)
        self.optimiser = torch.optim.AdamW(groups(self.model, s.optimiser), lr=s.optimiser.rate,
                                           betas=tuple(s.optimiser.betas))
        self.log = Log(os.path.join(s.output, "log.csv"))
        self.step, self.seconds, self.stopping = 0, 0.0, False
        self._resume()

    def run(self) -> None:
        s, every = self.settings, self.settings.every
        began = time.time() - self.seconds
        self.parallel.train()
        signal.signal(signal.SIGTERM, self._stop)
        while self.progress() < 1 and not self.stopping:
            loss_rate = self._one_step()
            self.step += 1
            self.seconds, self.stopping = self._agreed(time.time() - began)
            if self.rank:
                continue
            if due(every.log, self.step):
                self._say(self.log.write(self.step, self.seconds / 60, loss_rate))
            if due(every.checkpoint, self.step):
                self.save()
            if due(every.export, self.step):
                self.export()
            if due(every.samples, self.step):
                self.sample()
        if self.rank == 0:
            self.save()
            self.export()
        if self.ranks > 1:
            dist.destroy_process_group()

    def progress(self) -> float:
        length = self.settings.length
        return self.step / length.steps if length.steps else self.seconds / 60 / length.minutes

    def save(self) -> None:
        """Writes everything that going on needs, whole or not at all.

        The data's order and all random numbers follow from seed, step and rank.
        """
        state = {"model": self.model.state_dict(), "average": self.average.state, "updates": self.average.updates,
                 "optimiser": self.optimiser.state_dict(), "step": self.step, "seconds": self.seconds}
        os.makedirs(self.settings.output, exist_ok=True)
        path = os.path.join(self.settings.output, CHECKPOINT)
        torch.save(state, path + ".partial")
        os.replace(path + ".partial", path)

    def export(self) -> None:
        os.makedirs(self.settings.output, exist_ok=True)
        averaged = self._averaged()
        weights.save(os.path.join(self.settings.output, EXPORT), averaged)

    def sample(self) -> None:
        """Pictures of the training data; what a run is judged by must stay unseen."""
        if self.settings.stage != "fusion":
            return
        averaged = self._averaged().eval()
        for k, task in enumerate(self.settings.cycle):
            name = f"{self.step:07d}-{k}-{task}.png"
            write_sample(os.path.join(self.settings.output, "samples"), name, averaged, self.batches(k))

    def _one_step(self) -> float:
        s = self.settings.optimiser
        torch.manual_seed(int(np.random.SeedSequence([self.settings.seed, self.step, self.rank]).generate_state(1)[0]))
        share = rate(self.progress(), s.warmup, s.floor)
        for group in self.optimiser.param_groups:
            group["lr"] = s.rate * share * group["factor"]
        batch = _to(self.batches(self.step), self.device)
        loss, report = self.stage(self.parallel, batch)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        report["gradient_norm"] = float(nn.utils.clip_grad_norm_(self.model.parameters(), s.clip))
        self.optimiser.step()
        self.average.update(self.model)
        self.log.add(getattr(batch, "task", "photos"), {"loss": float(loss), **report})
        return s.rate * share

    def _averaged(self) -> Network:
        model = copy.deepcopy(self.model).cpu()
        model.load_state_dict(self.average.state)
        return model.network if isinstance(model, Reconstructor) else model

    def _resume(self) -> None:
        path = os.path.join(self.settings.output, CHECKPOINT)
        if not os.path.exists(path):
            return
        state: Dict[str, Any] = torch.load(path, map_location=self.device)
        self.model.load_state_dict(state["model"])
        self.average.state, self.average.updates = state["average"], state["updates"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.seconds = state["step"], state["seconds"]
        self._say(f"going on from step {self.step}")

    def _stop(self, *_: Any) -> None:
        self.stopping = True

    def _agreed(self, seconds: float) -> Tuple[float, bool]:
        """The first process's clock and whether any is asked to stop, so that all end at one step."""
        if self.ranks == 1:
            return seconds, self.stopping
        shared = torch.tensor([seconds if self.rank == 0 else 0.0, float(self.stopping)], dtype=torch.float64,
                              device=self.device)
        dist.all_reduce(shared)
        return float(shared[0]), bool(shared[1])

    def _say(self, line: str) -> None:
        if self.rank == 0:
            print(line, flush=True)


def due(interval: int, step: int) -> bool:
    return interval > 0 and step % interval == 0


def _to(batch: Any, device: torch.device) -> Any:
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    return type(batch)(*(v.to(device) if isinstance(v, torch.Tensor) else v for v in batch))


def main(arguments: Optional[Sequence[str]] = None) -> None:
    parser = argparse.ArgumentParser(prog="tcmoa.train", description="Train a fusion network.")
    parser.add_argument("run", help="the run's YAML file")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="changes",
                        help="change a setting, e.g. optimiser.rate=1e-4")
    given = parser.parse_args(arguments)
    settings = runs.read(given.run, given.changes)
    os.makedirs(settings.output, exist_ok=True)
    Trainer(settings).run()


if __name__ == "__main__":
    main()
