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
    """Freezes what begins with none of these names.

    Raises ValueError for one that begins the name of nothing that would be trained.
    """
    trained = [name for name, parameter in network.named_parameters() if parameter.requires_grad]
    for beginning in only:
        if not any(name.startswith(beginning) for name in trained):
            raise ValueError(f'"only" has "{beginning}", with which the name of no parameter begins that is not frozen')
    for name, parameter in network.named_parameters():
        parameter.requires_grad &= name.startswith(tuple(only))


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
