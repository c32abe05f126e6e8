"""Whole runs of a few steps: stopping and going on, freezing, pre-training, several processes."""
import os
import socket
import subprocess
import sys
import tempfile
import unittest

import torch

from tcmoa import settings, train, weights

from .small import write_run

FOLDER = os.path.join(os.path.dirname(__file__), "..")


class Runs(unittest.TestCase):

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def run_it(self, name: str, stop_at: int = 0, **changes) -> train.Trainer:
        path = write_run(self.folder, **changes)
        trainer = train.Trainer(settings.read(path, [f"output={self.folder}/{name}"]))
        if stop_at:
            one_step = trainer._one_step

            def stopping() -> float:
                trainer.stopping = trainer.step + 1 == stop_at
                return one_step()

            trainer._one_step = stopping
        os.makedirs(trainer.settings.output, exist_ok=True)
        trainer._say = lambda line: None
        trainer.run()
        return trainer

    def same(self, one: dict, other: dict) -> None:
        for name in one:
            self.assertTrue(torch.equal(one[name], other[name]), name)

    def test_going_on_is_exact(self) -> None:
        whole = self.run_it("whole")
        self.run_it("parts", stop_at=3)
        parts = self.run_it("parts")
        self.assertEqual((whole.step, parts.step), (4, 4))
        self.same(whole.network.state_dict(), parts.network.state_dict())
        self.same(whole.average.state, parts.average.state)

    def test_output(self) -> None:
        self.run_it("whole")
        found = set(os.listdir(os.path.join(self.folder, "whole")))
        self.assertLessEqual({"log.csv", "checkpoint.pt", "weights.safetensors", "samples"}, found)
        weights.load(os.path.join(self.folder, "whole", "weights.safetensors"))

    def test_only_what_is_named_is_trained(self) -> None:
        before = train.Trainer(settings.read(write_run(self.folder))).network.state_dict()
        after = self.run_it("only", only=["head.", "Alpha"]).network.state_dict()
        for name in before:
            changed = not torch.equal(before[name], after[name])
            self.assertEqual(changed, name.startswith(("head.", "Alpha")), name)
        for refused, changes in {
            '"haed."': {"only": ["head.", "haed."]},
            '"blocks.0.mlp."': {"only": ["blocks.0.mlp."], "freeze": "backbone"},
            "want a list": {"only": "head."},
            "only is for fusion": {"only": ["blocks."], "stage": "reconstruction"},
        }.items():
            with self.subTest(refused), self.assertRaisesRegex(ValueError, refused):
                train.Trainer(settings.read(write_run(self.folder, **changes)))

    def test_frozen_backbone_stays(self) -> None:
        path = write_run(self.folder, freeze="backbone")
        before = train.Trainer(settings.read(path, [f"output={self.folder}/none"])).network.state_dict()
        before = {k: v.clone() for k, v in before.items()}
        after = self.run_it("frozen", freeze="backbone").network.state_dict()
        for name, moved in (("blocks.0.mlp.fc1.weight", False), ("patch_embed.proj.weight", False),
                            ("blocks_MoA.0.dimReduction.weight", True), ("head.weight", True),
                            ("en_relative_position.0.relative_position_bias_table", True)):
            self.assertEqual(torch.equal(before[name], after[name]), not moved, name)

    def test_pre_training_then_fusion(self) -> None:
        self.run_it("first", stage="reconstruction", data={"photos": ["photos"]})
        start = os.path.join(self.folder, "first", "weights.safetensors")
        self.run_it("second", start=start)

    def test_unknown_keys_are_named(self) -> None:
        with self.assertRaisesRegex(ValueError, "speed"):
            settings.read(write_run(self.folder, speed=1))

    @unittest.skipUnless(torch.distributed.is_available(), "PyTorch without distributed")
    def test_two_processes(self) -> None:
        path = write_run(self.folder)
        # What torchrun sets, without torchrun: some packages of it fail to start.
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        processes = []
        for rank in range(2):
            own = {**os.environ, "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2",
                   "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "CUDA_VISIBLE_DEVICES": ""}
            processes.append(subprocess.Popen([sys.executable, "-m", "tcmoa.train", path], cwd=FOLDER, env=own,
                                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        for process in processes:
            said = process.communicate(timeout=300)[0]
            self.assertEqual(process.returncode, 0, said)
        weights.load(os.path.join(self.folder, "output", "weights.safetensors"))


if __name__ == "__main__":
    unittest.main()
