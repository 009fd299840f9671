"""Makes test/fixtures/imports/lm-eval: genuine logs of lm-evaluation-harness, with the accuracies that it reports.

The model is a table of canned answers; tasks and dataset are local. Run from the project's root.
"""

import json
import shutil
import tempfile
from pathlib import Path

import lm_eval
from lm_eval.api.model import LM
from lm_eval.api.registry import register_model
from lm_eval.loggers import EvaluationTracker

OUT = Path("test/fixtures/imports/lm-eval")

# Question, target, choices, and the answers in turn.
ROWS = [
    ("2 + 3 = ?", "5", ["4", "5"], ["#### 5", "5", "6"]),
    ("10 - 4 = ?", "6", ["6", "7"], ["It is 6", "#### 6", "6"]),
    ("7 * 8 = ?", "56", ["54", "56"], ["#### 54", "#### 56", "#### 56"]),
    ("9 / 3 = ?", "3", ["2", "3"], ["so 3 it is", "3", "3"]),
    ("6 * 7 = ?", "42", ["42", "24"], ["no idea", "42", "42"]),
]


@register_model("canned")
class Canned(LM):
    """Answers each question in turn; takes the longest of the choices, and the first of equals."""

    def __init__(self):
        super().__init__()
        self.turns = {}

    @classmethod
    def create_from_arg_string(cls, arg_string, additional_config=None):
        return cls()

    def generate_until(self, requests, disable_tqdm=False):
        return [self.answer(request.args[0]) for request in requests]

    def answer(self, prompt):
        answers = next(row[3] for row in ROWS if row[0] in prompt)
        turn = self.turns[prompt] = self.turns.get(prompt, -1) + 1
        return answers[turn % len(answers)]

    def loglikelihood(self, requests, disable_tqdm=False):
        return [(-float(int(request.args[1]) % 5), False) for request in requests]

    def loglikelihood_rolling(self, requests, disable_tqdm=False):
        return [0.0 for _ in requests]


def tasks(data):
    shared = {
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": str(data)}},
        "test_split": "test",
        "doc_to_text": "Q: {{question}}\nA:",
        "metadata": {"version": 3.0},
    }
    exact = [{"metric": "exact_match", "aggregation": "mean", "higher_is_better": True}]
    generated = {**shared, "output_type": "generate_until", "doc_to_target": "{{answer}}", "metric_list": exact}
    until = {"until": ["\n"], "do_sample": False, "max_gen_toks": 32}
    regex = lambda pattern: {"function": "regex", "regex_pattern": pattern}
    first = {"function": "take_first"}
    return [
        {
            **generated,
            "task": "sums",
            "generation_kwargs": until,
            "filter_list": [
                {"name": "strict-match", "filter": [regex("#### (\\d+)"), first]},
                {"name": "flexible-extract", "filter": [regex("(\\d+)"), first]},
            ],
        },
        {
            **generated,
            "task": "sums_repeated",
            "repeats": 3,
            "generation_kwargs": until,
            "filter_list": [{"name": "maj@3", "filter": [regex("(\\d+)"), {"function": "majority_vote"}, first]}],
        },
        {
            **shared,
            "task": "sums_choice",
            "output_type": "multiple_choice",
            "doc_to_choice": "{{choices}}",
            "doc_to_target": "{{choices.index(answer)}}",
            "metric_list": [{"metric": "acc"}, {"metric": "acc_norm"}],
        },
    ]


with tempfile.TemporaryDirectory() as folder:
    data = Path(folder) / "sums.jsonl"
    data.write_text(
        "".join(json.dumps({"question": q, "answer": a, "choices": c}) + "\n" for q, a, c, _ in ROWS)
    )
    tracker = EvaluationTracker(output_path=folder + "/out")
    results = lm_eval.simple_evaluate(
        model="canned",
        model_args="pretrained=canned/sums",
        tasks=tasks(data),
        log_samples=True,
        bootstrap_iters=0,
        evaluation_tracker=tracker,
    )
    samples = results.pop("samples")
    tracker.save_results_aggregated(results=results, samples=samples)
    for name in results["configs"]:
        tracker.save_results_samples(task_name=name, samples=samples[name])
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    for file in Path(folder, "out").rglob("*.json*"):
        # Without the maker's folders and machine.
        text = file.read_text().replace(folder, "data")
        if file.suffix == ".json":
            document = json.loads(text)
            for key in ["pretty_env_info", "git_hash", "upper_git_hash"]:
                document.pop(key, None)
            text = json.dumps(document, indent=1) + "\n"
        (OUT / file.name).write_text(text)
