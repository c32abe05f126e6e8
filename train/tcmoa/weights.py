"""Weights in and out: safetensors files, published checkpoints, and what a network takes of them."""
from __future__ import annotations

import json
import os
import pickle
import struct
from typing import Dict, Mapping, Optional, Tuple

import numpy as np
import torch
from torch import Tensor

from .config import Config
from .network import Network

_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I8": "|i1", "U8": "|u1"}
_NAMES = {np.dtype(v): k for k, v in _DTYPES.items()}
# Longest header read: far above any network's, and small.
_MAX_HEADER = 64 << 20

# What the name of an int8 tensor's scales has more.
_SCALE_SUFFIX = "_scale"

# What a checkpoint may hold that a network does not take: fixed tables, buffers, the
# class and mask tokens, and the Sobel kernels of the published losses.
_IGNORED = ("pos_embed", "decoder_pos_embed", "cls_token", "mask_token")
_IGNORED_SUFFIXES = (".relative_position_index", ".MoA.mean", ".MoA.std")
_IGNORED_PREFIXES = ("MaxGradLoss.", "MFFselect.")
# What it may lack: the published code did not register the source embeddings, and
# only training reads the routers' noise.
_OPTIONAL_SUFFIXES = (".modal_shifts", ".MoA.w_noise")


def read_safetensors(path: str) -> Tuple[Dict[str, Tensor], Dict[str, str]]:
    """Tensors and metadata of a safetensors file."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0] if size >= 8 else size
        if length > min(_MAX_HEADER, size - 8):
            raise ValueError(f"{path}: header of {length} bytes in a file of {size}")
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        dtype = np.dtype(_DTYPES[entry["dtype"]])
        want = int(np.prod(entry["shape"], dtype=np.int64)) * dtype.itemsize
        if not 0 <= begin <= end <= len(data) or end - begin != want:
            raise ValueError(f'{path}: tensor "{name}" of shape {entry["shape"]} at bytes {begin} to {end}')
        array = np.frombuffer(data, dtype, offset=begin, count=want // dtype.itemsize)
        tensors[name] = torch.from_numpy(array.reshape(entry["shape"]).copy())
    return tensors, metadata


def write_safetensors(path: str, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Writes a safetensors file, whole or not at all."""
    header: Dict[str, object] = {"__metadata__": dict(metadata)}
    arrays, offset = [], 0
    for name, tensor in tensors.items():
        array = np.ascontiguousarray(tensor.detach().cpu().numpy())
        header[name] = {"dtype": _NAMES[array.dtype], "shape": list(tensor.shape),
                        "data_offsets": [offset, offset + array.nbytes]}
        arrays.append(array)
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    partial = path + ".partial"
    with open(partial, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays:
            file.write(array.tobytes())
    os.replace(partial, path)


def read_checkpoint(path: str) -> Dict[str, Tensor]:
    """The state dict of a safetensors file or of a published PyTorch checkpoint.

    Of the latter only tensors are unpickled: such files are downloads.
    """
    if path.endswith(".safetensors"):
        return _floats(read_safetensors(path)[0])
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ValueError(f"{path} holds more than tensors; `tcmoa convert` takes them out of it") from error
    return loaded.get("model", loaded)


def take(network: Network, state: Mapping[str, Tensor]) -> None:
    """Gives a network the weights of a state dict.

    A tensor that is unknown, missing or of another shape is an error, but for those
    that checkpoints commonly hold or lack, and local convolutions, which start as the
    identity.
    """
    own = network.state_dict()
    for name, tensor in state.items():
        if name in own:
            if own[name].shape != tensor.shape:
                raise ValueError(f'tensor "{name}" has shape {list(tensor.shape)}, want {list(own[name].shape)}')
            own[name].copy_(tensor)
        elif not _ignored(name):
            raise ValueError(f'unknown tensor "{name}" of shape {list(tensor.shape)}')
    for name in own:
        if name not in state and not (name.endswith(_OPTIONAL_SUFFIXES) or ".local." in name):
            raise ValueError(f'missing tensor "{name}" of shape {list(own[name].shape)}')


def take_fitting(network: Network, state: Mapping[str, Tensor]) -> int:
    """Gives a network what fits of a masked autoencoder's or another backbone's weights.

    Returns the number of tensors taken; none is an error.
    """
    own = network.state_dict()
    fitting = [name for name in state if name in own and own[name].shape == state[name].shape]
    if not fitting:
        raise ValueError("the checkpoint holds no tensor of this network")
    for name in fitting:
        own[name].copy_(state[name])
    return len(fitting)


def load(path: str, config: Optional[Config] = None) -> Network:
    """A network from a safetensors file; `config` replaces the one stored in it."""
    tensors, metadata = read_safetensors(path)
    network = Network(config or Config.from_json(metadata["config"]))
    take(network, _floats(tensors))
    return network.eval()


def save(path: str, network: Network, state: Optional[Mapping[str, Tensor]] = None) -> None:
    """Writes a network's weights (or other ones of its shape) with its configuration."""
    tensors = {k: v.float() for k, v in (state or network.state_dict()).items()}
    write_safetensors(path, tensors, {"config": network.config.to_json(), "format": "pt"})


def _floats(tensors: Mapping[str, Tensor]) -> Dict[str, Tensor]:
    """Tensors with the int8 ones multiplied by their scales, one an output channel."""
    floats = {k: v for k, v in tensors.items() if not k.endswith(_SCALE_SUFFIX)}
    for name, tensor in floats.items():
        if tensor.dtype == torch.int8:
            if name + _SCALE_SUFFIX not in tensors:
                raise ValueError(f'int8 tensor "{name}" without its scales, "{name}{_SCALE_SUFFIX}"')
            scale = tensors[name + _SCALE_SUFFIX]
            floats[name] = tensor.float() * scale.view(-1, *(1,) * (tensor.dim() - 1))
    return floats


def _ignored(name: str) -> bool:
    return name in _IGNORED or name.endswith(_IGNORED_SUFFIXES) or name.startswith(_IGNORED_PREFIXES)
