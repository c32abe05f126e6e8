"""What int8 costs: `python3 -m tcmoa.quantisation WEIGHTS --root data/val`.

Simulates the product's arithmetic: matrices in int8 with a scale per output channel,
activations in seven bits with a scale per token, sums exact; in attention, queries and
keys in seven bits with a scale per token, values with one per channel, and probabilities
in parts of 127 of the largest. Prints the PSNR of the fused pictures against float for
every matrix and every attention alone, for all of them, and for all of them after
smoothing.
"""
from __future__ import annotations

import argparse
import contextlib
import os
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from . import weights
from .data.folders import PairFolder
from .evaluate import shrink
from .fusing import fuse
from .network import Network
from .transformer import Attention

# The largest magnitude of a weight and of an activation, and what a probability is a part of.
WEIGHT_LIMIT, ACTIVATION_LIMIT, CERTAIN = 127, 63, 127
Pairs = List[Tuple[str, Tensor, Tensor]]  # task, first source, second


def matrices(network: Network) -> Dict[str, nn.Linear]:
    """The linear layers that run in int8: all but the adapters' and the head (core/params.go)."""
    return {name: module for name, module in network.named_modules()
            if isinstance(module, nn.Linear) and "MoA" not in name and name not in ("head", "decoder_pred")}


def attentions(network: Network) -> Dict[str, Attention]:
    """The attentions, whose products run in int8 too."""
    return {name: module for name, module in network.named_modules() if isinstance(module, Attention)}


def round_rows(v: Tensor, limit: int) -> Tensor:
    """Rounds each vector of the last axis to -limit … limit times a scale."""
    scale = v.abs().amax(-1, keepdim=True).clamp_min(1e-12) / limit
    return (v / scale).round() * scale


def attend(q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    """Attention.attend with products in int8."""
    q, k = round_rows(q, ACTIVATION_LIMIT), round_rows(k, ACTIVATION_LIMIT)
    v = round_rows(v.transpose(-2, -1), ACTIVATION_LIMIT).transpose(-2, -1)
    scores = (q @ k.transpose(-2, -1)) * q.shape[-1] ** -0.5 + bias
    shares = (CERTAIN * (scores - scores.amax(-1, keepdim=True)).exp()).round()
    return shares @ v / shares.sum(-1, keepdim=True)


@contextlib.contextmanager
def quantised(layers: Sequence[nn.Module]) -> Iterator[None]:
    """Inside, these layers and attentions compute as in int8."""
    for layer in layers:
        if isinstance(layer, Attention):
            layer.attend = attend
        else:
            matrix = round_rows(layer.weight.detach(), WEIGHT_LIMIT)
            layer.forward = lambda v, matrix=matrix, bias=layer.bias: F.linear(round_rows(v, ACTIVATION_LIMIT), matrix, bias)
    try:
        yield
    finally:
        for layer in layers:
            if isinstance(layer, Attention):
                del layer.attend
            else:
                del layer.forward


@torch.no_grad()
def smooth(network: Network, pairs: Pairs, strength: float = 0.5) -> None:
    """Moves outliers of activations into the matrices after a LayerNorm, exactly.

    Channel c of the norm's gain and bias is divided by s_c, the matrix's column
    multiplied by it: s_c = max|activation|^strength / max|weight|^(1 - strength)
    (Xiao et al., "SmoothQuant", 2023).
    """
    found = list(_after_norms(network))
    largest: Dict[nn.Linear, Tensor] = {}

    def watch(layer: nn.Linear, inputs: Tuple[Tensor, ...]) -> None:
        peak = inputs[0].abs().flatten(0, -2).amax(0)
        largest[layer] = torch.maximum(largest[layer], peak) if layer in largest else peak

    hooks = [layer.register_forward_pre_hook(watch) for _, layer in found]
    for task, a, b in pairs:
        fuse(network, a, b, task)
    for hook in hooks:
        hook.remove()
    for norm, layer in found:
        peak = largest[layer].clamp_min(1e-5)
        column = layer.weight.abs().amax(0).clamp_min(1e-5)
        scale = peak ** strength / column ** (1 - strength)
        norm.weight.div_(scale)
        norm.bias.div_(scale)
        layer.weight.mul_(scale)


def _after_norms(network: Network) -> Iterator[Tuple[nn.LayerNorm, nn.Linear]]:
    for block in (*network.blocks, *network.decoder_blocks):
        yield block.norm1, block.attn.qkv
        yield block.norm2, block.mlp.fc1
    yield network.norm, network.decoder_embed


def cost(network: Network, layers: Sequence[nn.Module], pairs: Pairs, wanted: Sequence[Tensor]) -> float:
    """Mean PSNR in dB of the fused pictures with these layers in int8 against those wanted."""
    with quantised(layers):
        errors = [(fuse(network, a, b, task).pixels - want).square().mean()
                  for (task, a, b), want in zip(pairs, wanted)]
    return float(torch.stack([-10 * e.clamp_min(1e-12).log10() for e in errors]).mean())


def read_pairs(root: str, tasks: Sequence[str], each: int, side: int) -> Pairs:
    pairs: Pairs = []
    for task in tasks:
        folder = PairFolder(os.path.join(root, task))
        for i in range(0, len(folder), max(1, len(folder) // each))[:each]:
            a, b = (torch.from_numpy(shrink(v, side).transpose(2, 0, 1).copy()).float()[None] for v in folder[i][:2])
            pairs.append((task, a, b))
    return pairs


def main(arguments: Optional[Sequence[str]] = None) -> None:
    parser = argparse.ArgumentParser(prog="tcmoa.quantisation", description="Measure what int8 costs.")
    parser.add_argument("weights")
    parser.add_argument("--root", required=True, help="folder with a folder of pairs for each task")
    parser.add_argument("--each", type=int, default=2, help="pairs a task")
    parser.add_argument("--side", type=int, default=336, help="longer side at most")
    given = parser.parse_args(arguments)
    network = weights.load(given.weights)
    pairs = read_pairs(given.root, network.config.tasks, given.each, given.side)
    wanted = [fuse(network, a, b, task).pixels for task, a, b in pairs]
    layers: Dict[str, nn.Module] = {**matrices(network), **attentions(network)}
    for name, layer in layers.items():
        print(f"{name:<32}{cost(network, [layer], pairs, wanted):7.2f} dB", flush=True)
    everything = list(layers.values())
    print(f"{'all':<32}{cost(network, everything, pairs, wanted):7.2f} dB", flush=True)
    smooth(network, pairs)
    print(f"{'all, smoothed':<32}{cost(network, everything, pairs, wanted):7.2f} dB")


if __name__ == "__main__":
    main()
