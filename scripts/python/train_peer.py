"""PyTorch's side of `npm run bench -- train`: the same model, batch and optimiser, driven line by line over stdin, so
that the benchmark can take turns with it.

    run <eager|compile> <steps>     one line of JSON on stdout: {"mode", "steps", "tokensPerSecond", "loss"}

Each mode has a model of its own, which trains on from run to run. Compilation and warm-up come before its first run and
are not timed. Ends when stdin ends.
"""

import json
import sys
import time
from collections.abc import Callable

import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

ROWS, ROW_LENGTH, VOCABULARY = 32, 96, 57
THREADS = 2
WARMUP_STEPS = 5


def make_step(mode: str) -> Callable[[], float]:
    torch.manual_seed(7)
    config = Qwen2Config(
        vocab_size=VOCABULARY,
        hidden_size=128,
        intermediate_size=384,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=ROW_LENGTH,
        tie_word_embeddings=True,
    )
    model = Qwen2ForCausalLM(config).train()
    forward = torch.compile(model) if mode == "compile" else model
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    generator = torch.Generator().manual_seed(7)

    def step() -> float:
        ids = torch.randint(0, VOCABULARY, (ROWS, ROW_LENGTH), generator=generator)
        optimiser.zero_grad(set_to_none=True)
        loss = forward(input_ids=ids, labels=ids, use_cache=False).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        return loss.item()

    for _ in range(WARMUP_STEPS):
        step()
    return step


def main() -> None:
    torch.set_num_threads(THREADS)
    steps_of: dict[str, Callable[[], float]] = {}
    for line in sys.stdin:
        match line.split():
            case ["run", ("eager" | "compile") as mode, count] if count.isdecimal() and int(count) > 0:
                if mode not in steps_of:
                    steps_of[mode] = make_step(mode)
                step, steps, loss = steps_of[mode], int(count), 0.0
                begin = time.perf_counter()
                for _ in range(steps):
                    loss = step()
                seconds = time.perf_counter() - begin
                rate = steps * ROWS * ROW_LENGTH / seconds
                print(json.dumps({"mode": mode, "steps": steps, "tokensPerSecond": rate, "loss": loss}), flush=True)
            case []:
                continue
            case _:
                sys.exit(f"expected: run <eager|compile> <steps>, got: {line.strip()}")


if __name__ == "__main__":
    main()
