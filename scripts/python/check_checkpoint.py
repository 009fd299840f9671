"""Says what transformers makes of a checkpoint directory: greedy answers to prompts, as one JSON document on stdout.

    python scripts/python/check_checkpoint.py students/nano "Solve x^2-5x+6=0" --max-tokens 64

`promptLogits` are the logits that chose the first new token, `lastLogits` those that chose the last.
"""

import argparse
import json

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def check(directory: str, prompts: list[str], max_tokens: int) -> dict:
    tokenizer = AutoTokenizer.from_pretrained(directory)
    model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32).eval()
    outputs = []
    for prompt in prompts:
        text = tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True
        )
        prompt_ids = tokenizer(text, add_special_tokens=False, return_tensors="pt").input_ids
        generated = model.generate(
            prompt_ids,
            attention_mask=torch.ones_like(prompt_ids),
            do_sample=False,
            max_new_tokens=max_tokens,
            return_dict_in_generate=True,
            output_logits=True,
        )
        ids = generated.sequences[0, prompt_ids.shape[1] :].tolist()
        outputs.append(
            {
                "prompt": prompt,
                "promptIds": prompt_ids[0].tolist(),
                "ids": ids,
                "text": tokenizer.decode(ids, skip_special_tokens=True),
                "promptLogits": [float(f"{value:.9g}") for value in generated.logits[0][0].tolist()],
                "lastLogits": [float(f"{value:.9g}") for value in generated.logits[-1][0].tolist()],
            }
        )
    return {"model": type(model).__name__, "parameters": model.num_parameters(), "outputs": outputs}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("prompts", nargs="+")
    parser.add_argument("--max-tokens", type=int, default=64)
    arguments = parser.parse_args()
    print(json.dumps(check(arguments.directory, arguments.prompts, arguments.max_tokens)))
