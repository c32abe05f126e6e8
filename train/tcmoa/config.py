"""The variants of the network, as stored with the weights."""
from __future__ import annotations

import dataclasses
import json
from typing import Any, Mapping, Optional, Tuple


@dataclasses.dataclass(frozen=True)
class Config:
    """The shape of a network. The field names are those of the weight file's JSON."""

    name: str
    patch: int  # P, pixels
    upsample: int  # bilinear factor before the patch embedding
    dim: int  # C of the encoder
    depth: int
    heads: int
    decoder_dim: int
    decoder_depth: int
    decoder_heads: int
    window: int = 14  # w, tokens
    shift: int = 7  # tokens
    mlp_ratio: int = 4
    tau: int = 4  # a MoA follows block i where (i + tau_shift) mod tau = tau - 1
    tau_shift: int = 2
    experts: int = 4
    top_k: int = 2
    tasks: Tuple[str, ...] = ("vif", "mef", "mff")
    pos_embed: str = "stretch"  # or "window"
    shift_single_window: bool = True
    local_conv: bool = False
    head: str = "pixels"  # or "blend" or "twoscale"

    def __post_init__(self) -> None:
        object.__setattr__(self, "tasks", tuple(self.tasks))
        if self.pos_embed not in ("stretch", "window"):
            raise ValueError(f'pos_embed is "{self.pos_embed}", want "stretch" or "window"')
        if self.head not in ("pixels", "blend", "twoscale"):
            raise ValueError(f'head is "{self.head}", want "pixels", "blend" or "twoscale"')
        if self.head != "pixels" and self.upsample != 1:
            raise ValueError(f'head "{self.head}" works at the sources\' own size, but upsample is {self.upsample}')
        if self.head != "pixels" and self.moas(self.decoder_depth) == 0:
            raise ValueError(f'head "{self.head}" needs a mixture of adapters in the decoder')
        for what, width, heads in (("dim", self.dim, self.heads),
                                   ("decoder_dim", self.decoder_dim, self.decoder_heads)):
            if width % 32 or width % heads:
                raise ValueError(f"{what} is {width}, want a multiple of 32 and of its {heads} heads")
        if self.top_k > self.experts:
            raise ValueError(f"top_k {self.top_k} is more than {self.experts} experts")

    @property
    def span(self) -> int:
        """Side of a window in input pixels: pictures are padded to its multiples."""
        return self.window * self.patch // self.upsample

    def moa_after(self, block: int) -> Optional[int]:
        """Number of the mixture of adapters that follows a block, or None."""
        return block // self.tau if (block + self.tau_shift) % self.tau == self.tau - 1 else None

    def moas(self, depth: int) -> int:
        """How many mixtures of adapters a stage of this depth has."""
        return sum(self.moa_after(i) is not None for i in range(depth))

    def task(self, name: str) -> int:
        """Index of a task's router."""
        if name not in self.tasks:
            raise ValueError(f'unknown task "{name}": this model has {", ".join(self.tasks)}')
        return self.tasks.index(name)

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Config":
        return cls.from_mapping(json.loads(text))

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> "Config":
        """Builds a configuration from plain values.

        `variant` names one of VARIANTS, which the other values then change.
        """
        values = dict(values)
        variant = values.pop("variant", None)
        known = {f.name for f in dataclasses.fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"unknown keys of a network: {', '.join(unknown)}")
        if variant is None:
            return cls(**values)
        if variant not in VARIANTS:
            raise ValueError(f'unknown variant "{variant}": there are {", ".join(VARIANTS)}')
        return dataclasses.replace(VARIANTS[variant], **values)


VARIANTS = {
    "tiny": Config("tiny", patch=8, upsample=1, dim=192, depth=6, heads=3,
                   decoder_dim=192, decoder_depth=2, decoder_heads=3, tau=2, tau_shift=0,
                   pos_embed="window", shift_single_window=False, local_conv=True, head="twoscale"),
    "base": Config("base", patch=16, upsample=2, dim=768, depth=12, heads=12,
                   decoder_dim=512, decoder_depth=8, decoder_heads=16),
    "large": Config("large", patch=16, upsample=2, dim=1024, depth=24, heads=16,
                    decoder_dim=512, decoder_depth=8, decoder_heads=16),
}
