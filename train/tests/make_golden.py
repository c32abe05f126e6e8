"""Writes golden files of what the reference implementation lacks: local convolutions and two-scale blending.

`python3 -m tests.make_golden FOLDER` writes twoscale.safetensors (weights, random) and
twoscale_cases.safetensors (sources and outputs of this trainer's network).
"""
import json
import sys

import torch

from tcmoa import weights
from tcmoa.adapters import Controls
from tcmoa.config import Config
from tcmoa.network import Network

CONFIG = Config("small", patch=2, upsample=1, dim=32, depth=2, heads=2, decoder_dim=32, decoder_depth=2,
                decoder_heads=2, tau=2, tau_shift=0, pos_embed="window", shift_single_window=False,
                local_conv=True, head="twoscale")
# One window, smaller than the box of the local means, and several.
CASES = [dict(name="one_window", height=28, width=28, task=0),
         dict(name="wide", height=56, width=84, task=1),
         dict(name="steered", height=56, width=28, task=2, controls=dict(alpha=1.5, beta=-0.2))]


def main() -> None:
    torch.manual_seed(5)
    network = Network(CONFIG).eval()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if ".local." in name or name == "head.weight":
                parameter.normal_(std=0.3)
            elif parameter.dim() == 1 or "relative_position" in name:
                parameter.add_(torch.randn_like(parameter) * 0.1)
    tensors = {}
    for case in CASES:
        steered = case.get("controls", {})
        router = Controls.of_task(case["task"], len(CONFIG.tasks)).router
        controls = Controls(router, None, steered.get("alpha", 1.0), steered.get("beta", 0.0))
        a, b = (_picture(case["height"], case["width"]) for _ in range(2))
        with torch.no_grad():
            out = network(a, b, controls)
        own = {"a": a, "b": b, "output": out.pixels, "weight": out.weight}
        for j, mix in enumerate(out.mixes):
            own.update({f"prompt_x.{j}": mix.prompt_x, f"prompt_t.{j}": mix.prompt_t, f"gates.{j}": mix.gates})
        tensors.update({f"{case['name']}.{key}": value for key, value in own.items()})
    kept = {k: v for k, v in network.state_dict().items() if not k.endswith((".w_noise", "relative_position_index"))}
    weights.write_safetensors(f"{sys.argv[1]}/twoscale.safetensors", kept, {"config": CONFIG.to_json()})
    weights.write_safetensors(f"{sys.argv[1]}/twoscale_cases.safetensors", tensors,
                              {"cases": json.dumps(CASES), "stride": "1"})


def _picture(height: int, width: int) -> torch.Tensor:
    """Flat and busy places, (1, 3, height, width), normalised."""
    coarse = torch.nn.functional.interpolate(torch.randn(1, 3, 4, 4), (height, width), mode="bicubic")
    busy = (torch.nn.functional.interpolate(torch.randn(1, 1, 3, 3), (height, width), mode="bilinear") > 0).float()
    return (coarse + busy * torch.randn(1, 3, height, width)).contiguous()


if __name__ == "__main__":
    main()
