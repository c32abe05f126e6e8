"""The forward pass against the reference implementation's outputs."""
import json
import os
import unittest

import torch

from tcmoa import weights
from tcmoa.adapters import Controls

from . import GOLDEN

TOLERANCE = 1e-5


@unittest.skipUnless(os.path.isdir(GOLDEN), "no golden files")
class Golden(unittest.TestCase):

    def check(self, got: torch.Tensor, want: torch.Tensor, what: str) -> None:
        self.assertEqual(got.shape, want.shape, what)
        self.assertLess(float((got - want).abs().max()), TOLERANCE, what)

    def cases(self, name: str):
        network = weights.load(os.path.join(GOLDEN, f"{name}.safetensors"))
        tensors, metadata = weights.read_safetensors(os.path.join(GOLDEN, f"{name}_cases.safetensors"))
        stride = int(metadata.get("stride", 1))
        for case in json.loads(metadata["cases"]):
            own = {k[len(case["name"]) + 1:]: v for k, v in tensors.items() if k.startswith(case["name"] + ".")}
            steered = case.get("controls", {})
            tasks = len(network.config.tasks)
            router = steered.get("router") or Controls.of_task(case["task"], tasks).router
            controls = Controls(tuple(router), steered.get("experts"), steered.get("alpha", 1.0),
                                steered.get("beta", 0.0))
            with self.subTest(case=case["name"]), torch.no_grad():
                out = network(own["a"], own["b"], controls)
                self.check(out.pixels[..., ::stride, ::stride], own["output"], "output")
                yield network, own, out, stride

    def test_blend(self) -> None:
        self.check_blend("blend")

    def test_two_scales(self) -> None:
        self.check_blend("twoscale")

    def check_blend(self, name: str) -> None:
        for _, own, out, stride in self.cases(name):
            self.check(out.weight[..., ::stride, ::stride], own["weight"], "weight")
            for j, mix in enumerate(out.mixes):
                self.check(mix.prompt_x, own[f"prompt_x.{j}"], f"prompt x {j}")
                self.check(mix.prompt_t, own[f"prompt_t.{j}"], f"prompt t {j}")
                self.check(mix.gates, own[f"gates.{j}"], f"gates {j}")

    def test_published(self) -> None:
        for network, own, out, _ in self.cases("official"):
            for stream, tokens in zip("xt", out.encoded):
                self.check(tokens.flatten(1, 2), own[f"encoder_{stream}"], f"encoder {stream}")
            encoder = network.config.moas(network.config.depth)
            for j, mix in enumerate(out.mixes):
                stage, number = ("encoder", j) if j < encoder else ("decoder", j - encoder)
                self.check(mix.prompt_x.flatten(1, 2), own[f"{stage}_prompt_x.{number}"], f"prompt x {j}")
                self.check(mix.prompt_t.flatten(1, 2), own[f"{stage}_prompt_t.{number}"], f"prompt t {j}")


if __name__ == "__main__":
    unittest.main()
