"""A run's settings: one YAML file, every key checked."""
from __future__ import annotations

import dataclasses
from typing import Any, Dict, List, Mapping, Optional, Sequence

import yaml

from .config import Config
from .data.batches import Crop


@dataclasses.dataclass(frozen=True)
class Optimiser:
    """AdamW, its schedule, and how the weights are averaged."""

    rate: float  # peak learning rate
    adapters: float = 4.0  # factor on it for mixtures, fusion layers, alphas and the blending head
    weight_decay: float = 0.02
    betas: Sequence[float] = (0.9, 0.99)
    clip: float = 1.0  # largest norm of the gradient
    warmup: float = 0.02  # share of the run
    floor: float = 0.02  # the rate's last share of its peak
    ema: float = 0.999


@dataclasses.dataclass(frozen=True)
class Length:
    """How long a run is: a number of steps (resumes exactly), or minutes of wall clock."""

    steps: int = 0
    minutes: float = 0.0

    def __post_init__(self) -> None:
        if (self.steps > 0) == (self.minutes > 0):
            raise ValueError("length wants either steps or minutes")


@dataclasses.dataclass(frozen=True)
class Every:
    """Intervals in steps; 0 for never."""

    log: int = 20
    checkpoint: int = 200
    samples: int = 500
    export: int = 500


@dataclasses.dataclass(frozen=True)
class Settings:
    """Everything that a run depends on."""

    stage: str  # "reconstruction" or "fusion"
    network: Config
    output: str  # folder of the run
    data: Mapping[str, Any]
    crops: List[Crop]
    optimiser: Optimiser
    length: Length
    start: Optional[str] = None  # weights to begin with, of this very network
    backbone: Optional[str] = None  # or a checkpoint of which the tensors that fit are taken
    freeze: str = "none"  # or "backbone": only what the adapters brought is trained
    only: Sequence[str] = ()  # beginnings of parameters' names: in fusion, no others are trained
    cycle: Sequence[str] = ("vif", "mef", "mff")  # the tasks, step by step
    losses: Mapping[str, Mapping[str, float]] = dataclasses.field(default_factory=dict)
    mask: Sequence[float] = (0.1, 0.6)  # share of tokens hidden in half the steps of pre-training
    seed: int = 0
    threads: int = 0  # 0: PyTorch's choice
    every: Every = Every()

    def __post_init__(self) -> None:
        if self.stage not in ("reconstruction", "fusion"):
            raise ValueError(f'stage is "{self.stage}", want "reconstruction" or "fusion"')
        if self.freeze not in ("none", "backbone"):
            raise ValueError(f'freeze is "{self.freeze}", want "none" or "backbone"')
        if isinstance(self.only, str):
            raise ValueError(f'only is "{self.only}", want a list of beginnings of names')
        if self.only and self.stage != "fusion":
            raise ValueError("only is for fusion: pre-training trains the backbone")
        for crop in self.crops:
            if crop.side % self.network.span:
                raise ValueError(f"crop side {crop.side} is not a multiple of {self.network.span} pixels")


def read(path: str, changes: Sequence[str] = ()) -> Settings:
    """Settings from a YAML file, changed by items such as "optimiser.rate=1e-4"."""
    with open(path) as file:
        values: Dict[str, Any] = yaml.safe_load(file)
    for change in changes:
        key, _, text = change.partition("=")
        at = values
        *parents, last = key.split(".")
        for parent in parents:
            at = at.setdefault(parent, {})
        at[last] = yaml.safe_load(text)
    values["network"] = Config.from_mapping(values["network"])
    values["crops"] = [Crop(**c) for c in values["crops"]]
    for key, kind in (("optimiser", Optimiser), ("length", Length), ("every", Every)):
        values[key] = _build(kind, values.get(key, {}), key)
    root = values.pop("root", None)
    if root is not None:
        values["data"] = _rooted(values["data"], root)
    return _build(Settings, values, "the run")


def _build(kind: Any, values: Mapping[str, Any], what: str) -> Any:
    unknown = sorted(set(values) - {f.name for f in dataclasses.fields(kind)})
    if unknown:
        raise ValueError(f"unknown keys of {what}: {', '.join(unknown)}")
    # YAML 1.1 reads "1e-4", without a point, as text.
    numbers = {k: float(v) if isinstance(v, str) and _is_number(v) else v for k, v in values.items()}
    return kind(**numbers)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _rooted(data: Any, root: str) -> Any:
    """Puts a root before every folder of the data's description."""
    if isinstance(data, str):
        return f"{root}/{data}"
    if isinstance(data, list):
        return [_rooted(v, root) for v in data]
    if isinstance(data, dict):
        return {k: _rooted(v, root) for k, v in data.items()}
    return data
