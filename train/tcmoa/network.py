"""The fusion network: two sources through one windowed ViT with mixtures of adapters.

Axes: B batch, H×W the token grid, C channels last for tokens; pictures are
(B, 3, height, width). Module names follow the published checkpoints.
"""
from __future__ import annotations

from typing import List, NamedTuple, Optional, Tuple, Union

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from . import twoscale
from .adapters import Controls, FusionLayer, Mix, MixtureOfAdapters
from .config import Config
from .position import cover, sincos_table
from .transformer import NORM_EPS, Block, RelativePosition

# Statistics of ImageNet, by which pixels in [0, 1] are normalised.
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)

# Prompts are kept this far from 0 and 1 before their logarithm.
PROMPT_MARGIN = 1e-4


class Fusion(NamedTuple):
    """The result of a forward pass."""

    pixels: Tensor  # (B, 3, h, w), normalised, not clipped; h and w enlarged by `upsample`
    weight: Optional[Tensor]  # (B, 1, h, w), of the first source; None for the head "pixels"
    mixes: List[Mix]  # the encoder's first
    encoded: Tuple[Tensor, Tensor]  # both streams after the encoder, (B, H, W, C)
    choices: Optional[Tensor] = None  # (B, K, H, W), what the head chose token by token; None likewise


class Network(nn.Module):
    """Any variant of the network."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        c = self.config = config
        self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(3, c.dim, c.patch, stride=c.patch)})
        self.register_buffer("encoder_table", sincos_table(c.dim), persistent=False)
        self.en_relative_position = _biases(c.depth, c.window, c.heads)
        self.blocks = _blocks(c, c.depth, c.dim, c.heads)
        self.blocks_MoA, self.FusionLayer, self.Alpha_encoder = _mixtures(c, c.depth, c.dim)
        self.norm = nn.LayerNorm(c.dim, eps=NORM_EPS)

        self.decoder_embed = nn.Linear(c.dim, c.decoder_dim)
        self.register_buffer("decoder_table", sincos_table(c.decoder_dim), persistent=False)
        self.de_relative_position = _biases(c.decoder_depth, c.window, c.decoder_heads)
        self.decoder_blocks = _blocks(c, c.decoder_depth, c.decoder_dim, c.decoder_heads)
        self.decoder_blocks_MoA, self.de_FusionLayer, self.Alpha_decoder = _mixtures(
            c, c.decoder_depth, c.decoder_dim)
        self.decoder_norm = nn.LayerNorm(c.decoder_dim, eps=NORM_EPS)
        if c.head == "pixels":
            self.decoder_pred = nn.Linear(c.decoder_dim, c.patch * c.patch * 3)
        else:
            outputs = twoscale.OUTPUTS if c.head == "twoscale" else c.patch * c.patch * 4
            self.head = nn.Linear(2 * c.decoder_dim, outputs)
            self.head.prompt_gain = nn.Parameter(torch.ones(1))
        self._initialise()

    def forward(self, a: Tensor, b: Tensor, controls: Controls) -> Fusion:
        """a, b: normalised sources (B, 3, h, w), h and w multiples of `config.span`."""
        z = self.embed(torch.cat([a, b]))
        z, mixes = self._stage(z, self.blocks, self.en_relative_position, self.blocks_MoA,
                               self.FusionLayer, self.Alpha_encoder, controls)
        z = self.norm(z)
        encoded = z.chunk(2)
        z = self.decoder_embed(z)
        z = z + self.positions(self.decoder_table, z)
        z, more = self._stage(z, self.decoder_blocks, self.de_relative_position, self.decoder_blocks_MoA,
                              self.de_FusionLayer, self.Alpha_decoder, controls, renormalise=True)
        mixes += more
        x, t = self.decoder_norm(z).chunk(2)
        if self.config.head == "pixels":
            return Fusion(self.unpatch(self.decoder_pred(x), 3), None, mixes, encoded)
        blend = self._blend if self.config.head == "blend" else self._blend_scales
        pixels, weight, choices = blend(a, b, self.head(torch.cat([x, t], -1)), self._dominance(mixes[-1]))
        return Fusion(pixels, weight, mixes, encoded, choices)

    def embed(self, pixels: Tensor) -> Tensor:
        """Normalised pictures (B, 3, h, w) to tokens with positions (B, H, W, C)."""
        if self.config.upsample > 1:
            pixels = F.interpolate(pixels, scale_factor=float(self.config.upsample), mode="bilinear",
                                   align_corners=False)
        z = self.patch_embed["proj"](pixels).permute(0, 2, 3, 1).contiguous()
        return z + self.positions(self.encoder_table, z)

    def plain(self, z: Tensor) -> Tensor:
        """Tokens of single pictures through encoder and decoder without adapters."""
        z, _ = self._stage(z, self.blocks, self.en_relative_position)
        z = self.decoder_embed(self.norm(z))
        z = z + self.positions(self.decoder_table, z)
        z, _ = self._stage(z, self.decoder_blocks, self.de_relative_position)
        return self.decoder_norm(z)

    def positions(self, table: Tensor, z: Tensor) -> Tensor:
        return cover(table, z.shape[1], z.shape[2], self.config.pos_embed)

    def _stage(self, z: Tensor, blocks: nn.ModuleList, biases: nn.ModuleList,
               mixtures: Optional[nn.ModuleList] = None, fusions: Optional[nn.ModuleList] = None,
               alphas: Optional[Tensor] = None, controls: Optional[Controls] = None,
               renormalise: bool = False) -> Tuple[Tensor, List[Mix]]:
        """The blocks of the encoder or the decoder on both streams, (2B, H, W, C).

        Without mixtures, as in pre-training, each picture goes alone.
        """
        mixes: List[Mix] = []
        bias: Union[Tensor, None] = None
        for i, block in enumerate(blocks):
            if i % 2 == 0:
                bias = biases[i // 2]()
            z = block(z, bias, self._shift(i, z))
            j = self.config.moa_after(i)
            if mixtures is None or j is None:
                continue
            x, t = z.chunk(2)
            mix = mixtures[j](x, t, controls)
            shifts = mixtures[j].shifts(controls)
            fused = fusions[j](mix.prompt_x * x + shifts[0] + mix.prompt_t * t + shifts[1])
            mixed = alphas[j] * torch.cat([fused, fused]) + (1 - alphas[j]) * z
            z = _renormalise(mixed, z) if renormalise else mixed
            mixes.append(mix)
        return z, mixes

    def _shift(self, block: int, z: Tensor) -> int:
        c = self.config
        one_window = z.shape[1] == c.window and z.shape[2] == c.window
        return 0 if block % 2 == 0 or (one_window and not c.shift_single_window) else c.shift

    def _dominance(self, mix: Mix) -> Tensor:
        """What the last mixture's prompts add to the logit of the first source's weight, (B, H, W, 1)."""
        return self.head.prompt_gain * (_logit(mix.prompt_x) - _logit(mix.prompt_t))

    def _blend(self, a: Tensor, b: Tensor, outputs: Tensor, dominance: Tensor) -> twoscale.Blend:
        """Weights the sources pixel by pixel, led by the prompts, and corrects the sum."""
        channels = self.unpatch(outputs, 4)
        enlarged = F.interpolate(dominance.permute(0, 3, 1, 2), scale_factor=float(self.config.patch),
                                 mode="bilinear", align_corners=False)
        weight = torch.sigmoid(channels[:, :1] + enlarged)
        return twoscale.Blend(weight * a + (1 - weight) * b + channels[:, 1:], weight,
                              F.avg_pool2d(weight, self.config.patch))

    def _blend_scales(self, a: Tensor, b: Tensor, outputs: Tensor, dominance: Tensor) -> twoscale.Blend:
        """Weights local means and detail apart."""
        led = outputs + F.pad(dominance, (twoscale.LOGIT, twoscale.OUTPUTS - twoscale.LOGIT - 1))
        return twoscale.blend(a, b, led.permute(0, 3, 1, 2), self.config.patch)

    def unpatch(self, z: Tensor, channels: int) -> Tensor:
        """(B, H, W, P²·channels), laid out (row, column, channel), to pictures."""
        n, h, w, _ = z.shape
        p = self.config.patch
        z = z.view(n, h, w, p, p, channels).permute(0, 5, 1, 3, 2, 4)
        return z.reshape(n, channels, h * p, w * p)

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        proj = self.patch_embed["proj"]
        nn.init.xavier_uniform_(proj.weight.view(proj.weight.shape[0], -1))
        for table in (*self.en_relative_position, *self.de_relative_position):
            nn.init.trunc_normal_(table.relative_position_bias_table, std=0.02)
        if self.config.head == "blend":
            # Start near the average of the sources, with no correction.
            nn.init.normal_(self.head.weight, std=1e-3)
        elif self.config.head == "twoscale":
            twoscale.initialise(self.head)


def normalise(pixels: Tensor) -> Tensor:
    """Pixels in [0, 1], (B, 3, h, w), to the network's scale."""
    return (pixels - _channels(MEAN, pixels)) / _channels(STD, pixels)


def denormalise(pixels: Tensor) -> Tensor:
    """The inverse of normalise; not clipped."""
    return pixels * _channels(STD, pixels) + _channels(MEAN, pixels)


def _channels(values: Tuple[float, ...], like: Tensor) -> Tensor:
    return torch.tensor(values, dtype=like.dtype, device=like.device).view(3, 1, 1)


def _logit(p: Tensor) -> Tensor:
    p = p.clamp(PROMPT_MARGIN, 1 - PROMPT_MARGIN)
    return p.log() - (1 - p).log()


def _renormalise(new: Tensor, old: Tensor) -> Tensor:
    """Gives each (H, W, C) of `new` the mean and deviation (n - 1) that `old` has."""
    axes = (1, 2, 3)
    scale = old.std(axes, keepdim=True) / (new.std(axes, keepdim=True) + 1e-12)
    return (new - new.mean(axes, keepdim=True)) * scale + old.mean(axes, keepdim=True)


def _biases(depth: int, window: int, heads: int) -> nn.ModuleList:
    """One bias table for blocks 2m and 2m+1."""
    return nn.ModuleList(RelativePosition(window, heads) for _ in range((depth + 1) // 2))


def _blocks(c: Config, depth: int, dim: int, heads: int) -> nn.ModuleList:
    return nn.ModuleList(Block(dim, heads, c.mlp_ratio, c.window, c.local_conv) for _ in range(depth))


def _mixtures(c: Config, depth: int, dim: int) -> Tuple[nn.ModuleList, nn.ModuleList, nn.Parameter]:
    count = c.moas(depth)
    mixtures = nn.ModuleList(MixtureOfAdapters(dim, c.experts, c.top_k, len(c.tasks)) for _ in range(count))
    fusions = nn.ModuleList(FusionLayer(dim) for _ in range(count))
    return mixtures, fusions, nn.Parameter(torch.full((count,), 0.2))
