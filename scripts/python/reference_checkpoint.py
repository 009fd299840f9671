"""Writes test/fixtures/tiny-qwen2 and tiny-llama: small random checkpoints with the nano tokenizer, saved by
transformers, each with expected.json, which holds transformers' own greedy answers.

Run from the repository's root: python scripts/python/reference_checkpoint.py
"""

import json
import shutil
from pathlib import Path

import torch
from check_checkpoint import check
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

ROOT = Path(__file__).resolve().parents[2]
NANO = ROOT / "students" / "nano"
PROMPTS = ["Solve x^2-5x+6=0", "1+1", "Solve 3x^2-15x+18=0"]
SHAPE = {"num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 128, "max_position_embeddings": 64}


def rope(theta: float) -> dict[str, object]:
    return {"rope_type": "default", "rope_theta": theta}


# Between them: tied and not, biases and none, groups of queries, a head width that is not width / heads, two precisions.
# Heads are 16 wide, the least that ONNX Runtime's attention takes; all of the Qwen2's matrices have whole blocks of 32.
qwen2 = Qwen2Config(
    **SHAPE,
    hidden_size=64,
    intermediate_size=32,
    num_key_value_heads=2,
    tie_word_embeddings=True,
    rope_parameters=rope(10_000.0),
)
llama = LlamaConfig(
    **SHAPE,
    hidden_size=16,
    intermediate_size=24,
    num_key_value_heads=1,
    head_dim=16,
    rope_parameters=rope(500.0),
    rms_norm_eps=1e-5,
)

for name, seed, dtype, build in [
    ("tiny-qwen2", 1, torch.float32, lambda: Qwen2ForCausalLM(qwen2)),
    ("tiny-llama", 2, torch.bfloat16, lambda: LlamaForCausalLM(llama)),
]:
    torch.manual_seed(seed)
    model = build()
    with torch.no_grad():
        for parameter in model.parameters():
            # Wide enough that answers differ and do not fall into one token at once; gains lie around 1.
            is_gain = parameter.dim() == 1 and bool((parameter == 1).all())
            spread = 2 / model.config.hidden_size**0.5
            parameter.copy_(torch.randn(parameter.shape) * spread + (1.0 if is_gain else 0.0))
    directory = ROOT / "test" / "fixtures" / name
    model.to(dtype).save_pretrained(directory)
    for file in ["tokenizer.json", "tokenizer_config.json", "generation_config.json"]:
        shutil.copyfile(NANO / file, directory / file)
    expected = check(str(directory), PROMPTS, 24)
    (directory / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
    for output in expected["outputs"]:
        print(name, repr(output["text"]))
