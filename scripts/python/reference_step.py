"""Writes test/fixtures/reference-step.json: two training steps of a tiny Qwen2 in PyTorch, for our own to be held against.

Run from the repository's root: python scripts/python/reference_step.py
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from transformers import Qwen2Config, Qwen2ForCausalLM

ROOT = Path(__file__).resolve().parents[2]
CONFIG = {
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 20,
    "max_position_embeddings": 32,
    "rms_norm_eps": 1e-6,
    "rope_theta": 10000.0,
    "tie_word_embeddings": True,
}
BETAS, EPSILON, WEIGHT_DECAY, CLIP_NORM = (0.9, 0.95), 1e-8, 0.01, 1.0
LEARNING_RATES = [1e-2, 5e-3]

# Two packed rows: a whole segment of eight; then segments of five and of three, whose positions begin again at 0.
SEGMENTS = [[0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 1, 1]]
POSITIONS = [[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3, 4, 0, 1, 2]]
# Zero where the next token is not learnt: in the first row's prompt, and at each segment's end.
WEIGHTS = [[0.0, 0.0, 1.0, 1.0, 0.5, 1.0, 2.0, 0.0], [1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0]]


def numbers(tensor: torch.Tensor) -> list[float]:
    """Nine significant digits give a 32-bit float back exactly."""
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


def named(tensors: dict[str, torch.Tensor]) -> dict[str, dict[str, list]]:
    return {name: {"shape": list(tensor.shape), "data": numbers(tensor)} for name, tensor in tensors.items()}


def forward(model: Qwen2ForCausalLM, ids: torch.Tensor, positions: torch.Tensor, segments: torch.Tensor) -> torch.Tensor:
    length = ids.shape[1]
    causal = torch.ones(length, length, dtype=torch.bool).tril()
    allowed = causal & (segments[:, :, None] == segments[:, None, :])
    mask = torch.zeros(allowed.shape).masked_fill(~allowed, torch.finfo(torch.float32).min)[:, None]
    return model(input_ids=ids, attention_mask=mask, position_ids=positions, use_cache=False).logits


def main() -> None:
    torch.manual_seed(7)
    rope = {"rope_type": "default", "rope_theta": CONFIG["rope_theta"]}
    shape = {key: value for key, value in CONFIG.items() if key != "rope_theta"}
    config = Qwen2Config(**shape, rope_parameters=rope, attn_implementation="eager")
    model = Qwen2ForCausalLM(config).float().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            # Large enough that attention is far from uniform and the gradient is clipped; gains lie around 1.
            is_gain = parameter.dim() == 1 and bool((parameter == 1).all())
            parameter.copy_(torch.randn(parameter.shape) * 0.3 + (1.0 if is_gain else 0.0))

    ids = torch.randint(0, CONFIG["vocab_size"], (2, 8))
    segments, positions, weights = torch.tensor(SEGMENTS), torch.tensor(POSITIONS), torch.tensor(WEIGHTS)
    labels = torch.where(weights > 0, ids.roll(-1, dims=1), 0)

    def loss_of(logits: torch.Tensor) -> torch.Tensor:
        each = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none")
        return (each * weights.flatten()).sum() / weights.sum()

    # The packed mask is right if each segment alone gives the same.
    packed = forward(model, ids, positions, segments)
    for row, start, stop in [(0, 0, 8), (1, 0, 5), (1, 5, 8)]:
        alone = model(input_ids=ids[row : row + 1, start:stop], use_cache=False).logits
        torch.testing.assert_close(packed[row : row + 1, start:stop], alone)

    parameters = dict(model.named_parameters())
    fixture = {
        "config": {"model_type": "qwen2", **CONFIG},
        "batch": {
            "ids": ids.tolist(),
            "labels": labels.tolist(),
            "weights": WEIGHTS,
            "positions": POSITIONS,
            "segments": SEGMENTS,
        },
        "optimiser": {
            "beta1": BETAS[0],
            "beta2": BETAS[1],
            "epsilon": EPSILON,
            "weightDecay": WEIGHT_DECAY,
            "clipNorm": CLIP_NORM,
        },
        "parameters": named(parameters),
        "logits": {"shape": list(packed.shape), "data": numbers(packed)},
    }

    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in parameters.values() if p.dim() >= 2], "weight_decay": WEIGHT_DECAY},
            {"params": [p for p in parameters.values() if p.dim() < 2], "weight_decay": 0.0},
        ],
        betas=BETAS,
        eps=EPSILON,
    )
    steps = []
    for learning_rate in LEARNING_RATES:
        for group in optimiser.param_groups:
            group["lr"] = learning_rate
        optimiser.zero_grad()
        loss = loss_of(forward(model, ids, positions, segments))
        loss.backward()
        if not steps:
            fixture["gradients"] = named({name: p.grad.clone() for name, p in parameters.items()})
        norm = torch.nn.utils.clip_grad_norm_(parameters.values(), CLIP_NORM)
        optimiser.step()
        steps.append({"learningRate": learning_rate, "loss": loss.item(), "gradientNorm": norm.item()})
    fixture["steps"] = steps
    fixture["parametersAfter"] = named(parameters)

    path = ROOT / "test" / "fixtures" / "reference-step.json"
    path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
    smallest = min(abs(value) for entry in fixture["gradients"].values() for value in entry["data"])
    print(path, path.stat().st_size, steps, "smallest gradient", smallest)


if __name__ == "__main__":
    main()
