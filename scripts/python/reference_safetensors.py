"""Writes test/fixtures/reference-*.safetensors: the same tensors in each precision, by the format's own library.

Run from the repository's root: python scripts/python/reference_safetensors.py
"""

from pathlib import Path

import torch
from safetensors.torch import save_file

ROOT = Path(__file__).resolve().parents[2]

# Exact in all three precisions, and at their edges: the smallest normal and subnormal half, signed zero, infinity.
EXACT = [0.0, -0.0, 1.0, -2.5, 0.15625, 2.0**-14, 2.0**-24, -(2.0**-17), 3 * 2.0**-20, 65024.0, float("inf"), -1.984375]
# Rounded by bfloat16: down, up, and the ties on either side of an even number.
ROUNDED = [1.001, 1.007, 1.00390625, 1.01171875, -3.14159274, 1e-30, 3e38, 123456.789]

for name, dtype in [("fp32", torch.float32), ("fp16", torch.float16), ("bf16", torch.bfloat16)]:
    tensors = {"b.exact": torch.tensor(EXACT).reshape(3, 4).to(dtype), "a.scalar": torch.tensor(7.0).to(dtype)}
    if dtype is not torch.float16:
        tensors["c.rounded"] = torch.tensor(ROUNDED).to(dtype)
    tensors["d.empty"] = torch.zeros(0, 3).to(dtype)
    save_file(tensors, ROOT / "test" / "fixtures" / f"reference-{name}.safetensors", metadata={"format": "pt"})
