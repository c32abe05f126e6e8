"""Tests of the trainer: `python3 -m unittest discover -s tests -t .` in its folder."""
import importlib.util
import os
import unittest

for _module in ("torch", "scipy", "PIL", "yaml"):
    if importlib.util.find_spec(_module) is None:
        raise unittest.SkipTest(f"the trainer needs {_module}, which is not installed")

# The reference implementation's outputs, shared with the Go core's tests.
GOLDEN = os.environ.get("TCMOA_GOLDEN", os.path.join(
    os.path.dirname(__file__), "..", "..", "core", "cpu", "testdata", "golden"))
