"""Losses and metrics at points where their values are known."""
import unittest

import numpy as np
import torch

from tcmoa import metrics, twoscale
from tcmoa.losses import edges, mixture, structure, tasks

torch.manual_seed(0)
PICTURE = torch.rand(2, 1, 48, 40)
COLOUR = torch.rand(2, 3, 48, 40)


class Structure(unittest.TestCase):

    def test_a_picture_is_like_itself(self) -> None:
        self.assertAlmostEqual(float(structure.ssim(PICTURE, PICTURE)), 1, places=5)
        self.assertAlmostEqual(float(structure.mef_ssim(PICTURE, PICTURE, PICTURE)), 1, places=4)

    def test_mef_ssim_wants_the_larger_contrast(self) -> None:
        flat = torch.full_like(PICTURE, 0.5)
        self.assertGreater(float(structure.mef_ssim(PICTURE, PICTURE, flat)), 0.99)
        self.assertLess(float(structure.mef_ssim((PICTURE + flat) / 2, PICTURE, flat)), 0.9)

    def test_mef_ssim_ignores_the_mean(self) -> None:
        self.assertAlmostEqual(float(structure.mef_ssim(PICTURE + 0.3, PICTURE, PICTURE)), 1, places=4)


class Edges(unittest.TestCase):

    def test_all_edges_kept(self) -> None:
        best = 0.9994 / (1 + np.exp(-7.5)) * 0.9879 / (1 + np.exp(-4.4))
        self.assertAlmostEqual(float(edges.edge_preservation(PICTURE, PICTURE, PICTURE)), best, places=3)

    def test_stronger_gradient_of_equal_sources(self) -> None:
        self.assertEqual(float(edges.stronger_gradient(PICTURE + 0.1, PICTURE, PICTURE * 0.5)) < 1e-5, True)

    def test_agrees_with_the_metric(self) -> None:
        y, a, b = (torch.rand(1, 1, 40, 40, dtype=torch.float64) for _ in range(3))
        want = metrics.qabf(*(v[0, 0].numpy() * 255 for v in (y, a, b)))
        self.assertAlmostEqual(float(edges.edge_preservation(y, a, b)), want, places=2)


class Maps(unittest.TestCase):

    def test_a_ramp_has_no_seam(self) -> None:
        ramp = torch.linspace(0, 1, 64).expand(1, 1, 64, 64)
        self.assertLess(float(mixture.seams(ramp, 16)), 1e-6)

    def test_a_step_on_a_border_is_a_seam(self) -> None:
        step = (torch.arange(64) >= 32).float().expand(1, 1, 64, 64)
        self.assertGreater(float(mixture.seams(step, 16)), 0.1)
        beside = (torch.arange(64) >= 36).float().expand(1, 1, 64, 64)
        self.assertEqual(float(mixture.seams(beside, 16)), 0)

    def test_a_token_chooses_as_its_pixels_do(self) -> None:
        # Where outputs and sources are flat, smoothing and enlarging change nothing.
        tokens = torch.linspace(-1, 1, twoscale.OUTPUTS).view(1, -1, 1, 1).expand(1, -1, 5, 6)
        got = twoscale.blend(torch.full((1, 3, 40, 48), 0.4), torch.full((1, 3, 40, 48), -0.2), tokens, 8)
        self.assertLess(float((got.choices[:, :1] - got.share[..., ::8, ::8]).abs().max()), 1e-6)
        colours = torch.linspace(-1, 1, twoscale.OUTPUTS)[-3:].view(3, 1, 1)
        want = got.share * 0.4 + (1 - got.share) * -0.2 + colours
        self.assertLess(float((got.pixels - want).abs().max()), 1e-5)

    def test_seam_ratio_of_noise_is_one(self) -> None:
        noise = np.random.default_rng(0).random((300, 300))
        self.assertAlmostEqual(metrics.seam_ratio(noise, 50), 1, places=1)


class Tasks(unittest.TestCase):

    def test_all_terms_are_finite_and_differentiable(self) -> None:
        dark = torch.zeros_like(COLOUR)  # a clipped source, where deviations vanish
        for name, task in tasks.TASKS.items():
            fused = COLOUR.clone().requires_grad_()
            terms = task(fused, COLOUR, dark, None)
            sum(terms.values()).backward()
            self.assertTrue(torch.isfinite(fused.grad).all(), name)

    def test_the_truth_costs_nothing(self) -> None:
        terms = tasks.mff(COLOUR, COLOUR * 0.5, COLOUR * 0.2, COLOUR)
        self.assertLess(float(sum(terms.values())), 1e-4)

    def test_sharper_source(self) -> None:
        flat = torch.full_like(COLOUR, 0.5)
        self.assertLess(float((tasks.sharper(COLOUR, flat) - COLOUR).abs().max()), 1e-3)


class Metrics(unittest.TestCase):

    def test_identities(self) -> None:
        y = np.random.default_rng(1).random((64, 64)) * 255
        self.assertAlmostEqual(metrics.ssim(y, y), 1)
        self.assertAlmostEqual(metrics.vif(y, y, y), 2, places=3)
        self.assertAlmostEqual(metrics.mef_ssim(y, y, y), 1, places=3)

    def test_scd_of_a_sum(self) -> None:
        rng = np.random.default_rng(2)
        a, b = rng.random((2, 32, 32))
        self.assertAlmostEqual(metrics.scd(a + b, a, b), 2)

    def test_psnr(self) -> None:
        x = np.zeros((4, 4, 3))
        self.assertAlmostEqual(metrics.psnr(x, x + 1 / 255), 20 * np.log10(255))


if __name__ == "__main__":
    unittest.main()
