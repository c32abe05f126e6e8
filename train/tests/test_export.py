"""Exports of a run."""
import importlib.util
import os
import tempfile
import unittest

import torch

from tcmoa import export, weights
from tcmoa.network import Network

from .small import CONFIG


class Exports(unittest.TestCase):

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def test_renames(self) -> None:
        weights.save(self.path("a.safetensors"), Network(CONFIG))
        export.main([self.path("a.safetensors"), self.path("b.safetensors"), "--name", "other"])
        self.assertEqual(weights.load(self.path("b.safetensors")).config.name, "other")

    def test_onnx(self) -> None:
        network = Network(CONFIG).eval()
        export.to_onnx(self.path("n.onnx"), network)
        self.assertGreater(os.path.getsize(self.path("n.onnx")), 4 * sum(p.numel() for p in network.parameters()) // 2)
        if importlib.util.find_spec("onnxruntime") is None:
            self.skipTest("exported, but not run: onnxruntime is missing")
        import onnxruntime
        # Another size than the example's, and a mixed router.
        a, b = torch.rand(2, 1, 3, 112, 336)
        router = torch.tensor([0.2, 0.5, 0.3])
        session = onnxruntime.InferenceSession(self.path("n.onnx"))
        got = session.run(None, {"a": a.numpy(), "b": b.numpy(), "router": router.numpy()})
        with torch.no_grad():
            want = export.Pictures(network)(a, b, router)
        for one, other in zip(got, want):
            self.assertLess(float((torch.from_numpy(one) - other).abs().max()), 1e-4)


if __name__ == "__main__":
    unittest.main()
