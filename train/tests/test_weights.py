"""Reading and writing weight files."""
import os
import struct
import tempfile
import unittest

import torch

from tcmoa import weights
from tcmoa.network import Network

from .small import CONFIG


class Files(unittest.TestCase):

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "w.safetensors")

    def test_round_trip(self) -> None:
        network = Network(CONFIG)
        weights.save(self.path, network)
        again = weights.load(self.path)
        self.assertEqual(again.config, CONFIG)
        for name, tensor in network.state_dict().items():
            self.assertTrue(torch.equal(tensor, again.state_dict()[name]), name)

    def test_reads_int8(self) -> None:
        network = Network(CONFIG)
        tensors = dict(network.state_dict())
        name = "blocks.0.mlp.fc1.weight"
        scale = tensors[name].abs().amax(1) / 127
        whole = (tensors[name] / scale[:, None]).round()
        tensors[name] = whole.to(torch.int8)
        metadata = {"config": CONFIG.to_json()}
        weights.write_safetensors(self.path, {**tensors, f"{name}_scale": scale}, metadata)
        got = weights.load(self.path).state_dict()[name]
        self.assertTrue(torch.equal(got, whole * scale[:, None]))
        weights.write_safetensors(self.path, tensors, metadata)
        with self.assertRaisesRegex(ValueError, name):
            weights.load(self.path)

    def test_starts_local_convolutions_as_identity(self) -> None:
        network = Network(CONFIG)
        state = {k: v for k, v in network.state_dict().items() if ".local." not in k}
        with torch.no_grad():
            for name, p in network.named_parameters():
                if ".local." in name:
                    p.fill_(1)
        fresh = Network(CONFIG)
        weights.take(fresh, state)
        self.assertEqual(float(fresh.blocks[0].local.weight.detach().abs().max()), 0)

    def test_refuses_what_does_not_fit(self) -> None:
        state = Network(CONFIG).state_dict()
        for name, change in (("unknown", {"other": torch.zeros(1)}), ("norm.weight", {"norm.weight": torch.zeros(3)})):
            with self.assertRaisesRegex(ValueError, "other" if name == "unknown" else name):
                weights.take(Network(CONFIG), {**state, **change})
        del state["norm.bias"]
        with self.assertRaisesRegex(ValueError, "norm.bias"):
            weights.take(Network(CONFIG), state)

    def test_ignores_what_checkpoints_hold(self) -> None:
        state = dict(Network(CONFIG).state_dict(), cls_token=torch.zeros(1, 1, 32), pos_embed=torch.zeros(1, 197, 32))
        weights.take(Network(CONFIG), state)

    def test_takes_what_fits_of_a_backbone(self) -> None:
        state = {"blocks.0.norm1.weight": torch.full((32,), 2.0), "norm.weight": torch.zeros(3),
                 "other": torch.zeros(1)}
        network = Network(CONFIG)
        self.assertEqual(weights.take_fitting(network, state), 1)
        self.assertEqual(float(network.blocks[0].norm1.weight.detach()[0]), 2)
        with self.assertRaisesRegex(ValueError, "no tensor"):
            weights.take_fitting(network, {"other": torch.zeros(1)})

    def test_refuses_a_broken_file(self) -> None:
        for data in (b"", b"\1", struct.pack("<Q", 1 << 60) + b"{}"):
            with open(self.path, "wb") as file:
                file.write(data)
            with self.assertRaises(ValueError):
                weights.read_safetensors(self.path)


if __name__ == "__main__":
    unittest.main()
