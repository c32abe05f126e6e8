#!/usr/bin/env python3
"""Shrink the reference implementation's golden files to what the tests keep.

    make.py SOURCE TARGET [--all]

SOURCE holds official_small.pth, official_small_cases.safetensors,
blend_small.safetensors and blend_small_cases.safetensors. TARGET gets
blend.safetensors and official.safetensors (the weights, without what
inference does not read) and blend_cases.safetensors and
official_cases.safetensors: sources and small outputs whole, pictures at every
third pixel, without the cases of 224 x 224 pixels. --all keeps everything:
point TCMOA_GOLDEN at such a folder to test with it.
"""
import json
import struct
import sys

import numpy as np
import torch

UNUSED = ("pos_embed", "cls_token", "relative_position_index", "MoA.mean", "MoA.std",
          "MaxGradLoss", "MFFselect", "w_noise")
OFFICIAL = dict(name="base", patch=16, upsample=2, dim=64, depth=8, heads=4, decoder_dim=64,
                decoder_depth=4, decoder_heads=4, window=14, shift=7, mlp_ratio=4, tau=4, tau_shift=2,
                experts=4, top_k=2, tasks=["vif", "mef", "mff"], pos_embed="stretch",
                shift_single_window=True, local_conv=False, head="pixels")
STRIDE = 3


def read(path):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    meta = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[8 + size + begin:8 + size + end], "<f4").reshape(entry["shape"])
    return tensors, meta


def write(path, tensors, meta):
    header, offset = {"__metadata__": meta}, 0
    for name, t in tensors.items():
        header[name] = dict(dtype="F32", shape=list(t.shape), data_offsets=[offset, offset + t.nbytes])
        offset += t.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for t in tensors.values():
            out.write(np.ascontiguousarray(t, "<f4").tobytes())


def used(tensors):
    return {k: v for k, v in tensors.items() if not any(u in k for u in UNUSED)}


def shrink(tensors, meta, everything):
    stride = 1 if everything else STRIDE
    cases = [c for c in json.loads(meta["cases"]) if everything or c["height"] * c["width"] < 224 * 224]
    kept = {}
    for name, t in tensors.items():
        case, what = name.split(".", 1)
        if case in [c["name"] for c in cases]:
            kept[name] = t[..., ::stride, ::stride] if what in ("output", "weight") else t
    return kept, dict(cases=json.dumps(cases), stride=str(stride))


source, target = sys.argv[1:3]
everything = "--all" in sys.argv[3:]
tensors, meta = read(f"{source}/blend_small.safetensors")
write(f"{target}/blend.safetensors", used(tensors), meta)
state = torch.load(f"{source}/official_small.pth", map_location="cpu")["model"]
write(f"{target}/official.safetensors", used({k: v.numpy() for k, v in state.items()}),
      dict(config=json.dumps(OFFICIAL)))
for name in ("blend", "official"):
    write(f"{target}/{name}_cases.safetensors", *shrink(*read(f"{source}/{name}_small_cases.safetensors"), everything))
