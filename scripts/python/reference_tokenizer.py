"""Writes test/fixtures/nano-tokenizer.json: what transformers makes of some texts with the nano student's tokenizer.

Run from the repository's root: python scripts/python/reference_tokenizer.py
"""

import json
from pathlib import Path

from transformers import AutoTokenizer

ROOT = Path(__file__).resolve().parents[2]

TEXTS = [
    "Solve x^2-5x+6=0",
    "Solve 3x^2=0",
    "Solve x^2-5x=0",
    "<think>divide by 3: 3/3=1, -15/3=-5, 18/3=6\na=1, b=-5, c=6\n(-5)^2=25\n4*1*6=24\nD=25-24=1\n1=1^2\n"
    "x=(5-1)/2=4/2=2\nx=(5+1)/2=6/2=3</think><answer>x=2, x=3</answer>",
    "<think>-7<0: no real root</think><answer>no real solution</answer>",
    "a is not 1\n5/2 is not whole\nno such pair</think><answer>unknown</answer>",
    "".join(map(chr, range(32, 127))) + "\n",
    "  two  spaces , before a comma ? and 'm n't  ",
    "no real \nno real sol\n< think>\nx^x^2^2",
    "caf\u00e9 \U0001f9ea\u6f22\u5b57",
    "<unk>!",
    "<|user|>Solve <|assistant|>x=1<|end|><|endoftext|>",
    "\n\n\n",
]

CONVERSATION = [
    {"role": "user", "content": "Solve x^2-5x+6=0"},
    {"role": "assistant", "content": "<think>1*6=6\n2*3=6, 2+3=5</think><answer>x=2, x=3</answer>"},
]

tokenizer = AutoTokenizer.from_pretrained(ROOT / "students" / "nano")


def template(messages: list[dict[str, str]], add_generation_prompt: bool) -> list[int]:
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=add_generation_prompt)
    return tokenizer.encode(text, add_special_tokens=False)


def encoded(text: str) -> dict[str, object]:
    ids = tokenizer.encode(text, add_special_tokens=False)
    return {"text": text, "ids": ids, "decoded": tokenizer.decode(ids, skip_special_tokens=True)}


fixture = {
    "vocabularySize": len(tokenizer),
    "endId": tokenizer.eos_token_id,
    "padId": tokenizer.pad_token_id,
    "texts": [encoded(text) for text in TEXTS],
    "conversation": {
        "user": CONVERSATION[0]["content"],
        "assistant": CONVERSATION[1]["content"],
        "prompt": template(CONVERSATION[:1], True),
        "whole": template(CONVERSATION, False),
    },
}
path = ROOT / "test" / "fixtures" / "nano-tokenizer.json"
path.write_text(json.dumps(fixture) + "\n")
print(type(tokenizer).__name__, path)
