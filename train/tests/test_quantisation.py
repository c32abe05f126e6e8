"""The simulation of int8."""
import dataclasses
import os
import re
import unittest

import torch

from tcmoa import quantisation
from tcmoa.fusing import fuse
from tcmoa.network import Network

from .small import CONFIG


class Int8(unittest.TestCase):

    def setUp(self) -> None:
        torch.manual_seed(0)
        self.network = Network(CONFIG).eval()
        torch.nn.init.normal_(self.network.head.weight, std=0.05)
        self.pairs = [("vif", torch.rand(1, 3, 100, 120), torch.rand(1, 3, 100, 120))]
        self.wanted = [fuse(self.network, a, b, task).pixels for task, a, b in self.pairs]

    def test_limit_is_the_programs(self) -> None:
        with open(os.path.join(os.path.dirname(__file__), "..", "..", "core", "numbers.go")) as file:
            limit = re.search(r"ActivationLimit = (\d+)", file.read())
        self.assertEqual(int(limit.group(1)), quantisation.ACTIVATION_LIMIT)

    def test_matrices_are_the_programs(self) -> None:
        with open(os.path.join(os.path.dirname(__file__), "..", "..", "core", "params.go")) as file:
            wanted = set(re.findall(r'linear\((?:p\+)?"([\w.]+)"', file.read()))
        self.assertIn("attn.qkv", wanted)
        for head in ("pixels", "blend", "twoscale"):
            network = Network(dataclasses.replace(CONFIG, head=head))
            found = {re.sub(r"^(decoder_)?blocks\.\d+\.", "", name) for name in quantisation.matrices(network)}
            self.assertEqual(found, wanted, head)

    def test_rounding(self) -> None:
        v = torch.tensor([[-127.0, 0.4, 63.6], [0, 0, 0]])
        self.assertTrue(torch.equal(quantisation.round_rows(v, 127), torch.tensor([[-127.0, 0, 64], [0, 0, 0]])))

    def test_smoothing_changes_nothing_in_float(self) -> None:
        quantisation.smooth(self.network, self.pairs)
        self.assertGreater(quantisation.cost(self.network, [], self.pairs, self.wanted), 90)

    def test_int8_costs_a_little(self) -> None:
        layers = list(quantisation.matrices(self.network).values())
        value = quantisation.cost(self.network, layers, self.pairs, self.wanted)
        self.assertTrue(30 < value < 90, value)
        self.assertGreater(quantisation.cost(self.network, [], self.pairs, self.wanted), 110)


if __name__ == "__main__":
    unittest.main()
