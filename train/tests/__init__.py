"""Tests of the trainer: `python3 -m unittest discover -s tests -t .` in its folder."""
import os

# The reference implementation's outputs, shared with the Go core's tests.
GOLDEN = os.environ.get("TCMOA_GOLDEN", os.path.join(
    os.path.dirname(__file__), "..", "..", "core", "cpu", "testdata", "golden"))
