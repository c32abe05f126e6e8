"""Which parameters a run trains, and at what rate."""
from __future__ import annotations

from typing import Dict, List, Sequence, Tuple

from torch import nn

from .settings import Optimiser

# What the adapters, and the blending heads that follow their prompts, bring to a pre-trained
# backbone; these learn at the rate of adapters.
_ADAPTERS = ("blocks_MoA.", "decoder_blocks_MoA.", "FusionLayer.", "de_FusionLayer.", "Alpha_encoder", "Alpha_decoder",
             "head.")
_HEADS = ("decoder_pred.",)
_BIAS_TABLES = ("en_relative_position.", "de_relative_position.")
_LOCAL = ".local."


def freeze_backbone(network: nn.Module) -> None:
    """Freezes what is neither adapter, bias table, local convolution nor head."""
    for name, parameter in network.named_parameters():
        parameter.requires_grad = name.startswith(_ADAPTERS + _HEADS + _BIAS_TABLES) or _LOCAL in name


def freeze_others(network: nn.Module, only: Sequence[str]) -> None:
    """Freezes, of what is not frozen yet, what begins with none of these names."""
    for name, parameter in network.named_parameters():
        parameter.requires_grad &= name.startswith(tuple(only))
    if not any(p.requires_grad for p in network.parameters()):
        raise ValueError(f"nothing is left to train: no parameter's name begins with {', '.join(only)}")


def freeze_fusion(network: nn.Module) -> None:
    """Freezes what pre-training does not use: the adapters and the heads."""
    for name, parameter in network.named_parameters():
        parameter.requires_grad = not name.startswith(_ADAPTERS + _HEADS)


def groups(network: nn.Module, optimiser: Optimiser) -> List[Dict]:
    """Parameter groups: the adapters faster, vectors and scalars without decay."""
    found: Dict[Tuple[float, float], List[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        factor = optimiser.adapters if name.startswith(_ADAPTERS) else 1.0
        flat = parameter.dim() < 2 or "relative_position" in name or "modal_shifts" in name
        found.setdefault((factor, 0.0 if flat else optimiser.weight_decay), []).append(parameter)
    return [{"params": parameters, "factor": factor, "weight_decay": decay}
            for (factor, decay), parameters in found.items()]
