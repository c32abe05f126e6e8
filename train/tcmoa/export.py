"""Exports weights: `python3 -m tcmoa.export WEIGHTS TARGET [--name NAME]`.

WEIGHTS is a safetensors file or a run's checkpoint; of the latter the averaged weights
are taken (`--raw`: the last ones), and the run's YAML file says the configuration.
TARGET ends in .safetensors or .onnx.
"""
from __future__ import annotations

import argparse
import dataclasses
import warnings
from typing import Optional, Sequence, Tuple

import torch
from torch import Tensor, nn

from . import settings, weights
from .adapters import Controls
from .network import Network, denormalise, normalise

OPSET = 17


class Pictures(nn.Module):
    """The network between pictures in [0, 1], with the router as an input."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, a: Tensor, b: Tensor, router: Tensor) -> Tuple[Tensor, ...]:
        out = self.network(normalise(a), normalise(b), Controls(router))
        fused = denormalise(out.pixels).clamp(0, 1)
        return (fused,) if out.weight is None else (fused, out.weight)


def to_onnx(path: str, network: Network) -> None:
    """Writes ONNX: inputs a, b (batch, 3, height, width) and router (tasks); outputs fused, weight.

    Height and width are multiples of a window's side and more than one window; the
    graph of a single window, which does not shift, is another.
    """
    c = network.config
    example = torch.rand(1, 3, 2 * c.span, 2 * c.span)
    router = torch.zeros(len(c.tasks))
    router[0] = 1
    names = ["fused"] + (["weight"] if c.head != "pixels" else [])
    free = {0: "batch", 2: "height", 3: "width"}
    with warnings.catch_warnings():
        # What the tracer warns of are constants indeed: whether blocks shift, and the statistics.
        warnings.simplefilter("ignore")
        torch.onnx.export(Pictures(network).eval(), (example, example, router), path, opset_version=OPSET,
                          input_names=["a", "b", "router"], output_names=names,
                          dynamic_axes={name: free for name in ("a", "b", *names)})


def main(arguments: Optional[Sequence[str]] = None) -> None:
    parser = argparse.ArgumentParser(prog="tcmoa.export", description="Export weights.")
    parser.add_argument("weights")
    parser.add_argument("target")
    parser.add_argument("--run", help="the YAML file of the run whose checkpoint is exported")
    parser.add_argument("--raw", action="store_true", help="the checkpoint's last weights, not their average")
    parser.add_argument("--name", help="the model's name in the file")
    given = parser.parse_args(arguments)
    if given.weights.endswith(".safetensors"):
        network = weights.load(given.weights)
    else:
        if not given.run:
            parser.error("a checkpoint needs --run")
        network = Network(settings.read(given.run).network).eval()
        state = torch.load(given.weights, map_location="cpu")
        weights.take(network, state["model" if given.raw else "average"])
    if given.name:
        network.config = dataclasses.replace(network.config, name=given.name)
    if given.target.endswith(".onnx"):
        to_onnx(given.target, network)
    elif given.target.endswith(".safetensors"):
        weights.save(given.target, network)
    else:
        parser.error("TARGET ends in .safetensors or .onnx")


if __name__ == "__main__":
    main()
