"""Batches: pure functions of the step, registered, in range."""
import tempfile
import unittest

import numpy as np
import torch

from tcmoa.data import simulate
from tcmoa.data.batches import Crop, FusionBatches, _augment

from .small import write_data


class Batches(unittest.TestCase):

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        write_data(folder.name)
        root = folder.name
        data = {"vif": {"pairs": [f"{root}/vif"]},
                "mef": {"pairs": [f"{root}/mef"], "photos": [f"{root}/photos"], "simulated": 0.5},
                "mff": {"pairs": [f"{root}/mff"], "photos": [f"{root}/photos"], "simulated": 0.5}}
        crops = [Crop(112, 2, 0.5), Crop(224, 1, 0.5)]
        self.make = lambda rank=0: FusionBatches(data, ["vif", "mef", "mff"], crops, seed=3, rank=rank)

    def test_a_step_is_always_the_same(self) -> None:
        one, other = self.make(), self.make()
        for step in range(6):
            one(step)
        for step in (4, 1):
            first, second = one(step), other(step)
            self.assertEqual(first.task, second.task)
            self.assertTrue(torch.equal(first.a, second.a) and torch.equal(first.b, second.b))

    def test_ranks_differ_but_agree_on_the_size(self) -> None:
        for step in range(6):
            one, other = self.make(0)(step), self.make(1)(step)
            self.assertEqual(one.a.shape, other.a.shape)
            self.assertEqual(one.truth is None, other.truth is None)
            self.assertFalse(torch.equal(one.a, other.a))

    def test_range(self) -> None:
        batches = self.make()
        for step in range(12):
            batch = batches(step)
            for v in (batch.a, batch.b, batch.truth):
                if v is not None:
                    self.assertGreaterEqual(float(v.min()), -1e-6)
                    self.assertLessEqual(float(v.max()), 1 + 1e-6)
                    self.assertEqual(v.dtype, torch.float32)

    def test_crops_stay_registered(self) -> None:
        picture = np.random.default_rng(0).integers(0, 256, (130, 150, 3), dtype=np.uint8)
        for seed in range(8):
            one, other = _augment([picture, picture], 112, np.random.default_rng(seed))
            self.assertTrue(np.array_equal(one, other))
            self.assertEqual(one.shape, (112, 112, 3))


class Simulation(unittest.TestCase):

    scene = np.random.default_rng(0).random((112, 112, 3), dtype=np.float32)

    def test_defocus_keeps_each_place_sharp_once(self) -> None:
        a, b = simulate.defocus_pair(self.scene, np.random.default_rng(1))
        worst = np.minimum(np.abs(a - self.scene), np.abs(b - self.scene)).max(2)
        self.assertLess(np.median(worst), 1e-3)
        self.assertGreater(np.abs(a - self.scene).mean(), 1e-3)
        self.assertGreater(np.abs(b - self.scene).mean(), 1e-3)

    def test_exposures_are_apart(self) -> None:
        over, under = simulate.exposure_pair(self.scene, np.random.default_rng(1))
        self.assertGreater(over.mean(), under.mean())
        self.assertTrue(0 <= under.min() and over.max() <= 1)


if __name__ == "__main__":
    unittest.main()
