"""Makes test/fixtures/imports/inspect-*: genuine logs of inspect_ai, with the accuracies that it reports itself.

The model is inspect's own mockllm with canned answers. Run from the project's root.
"""

import json
import shutil
import tempfile
from pathlib import Path

from inspect_ai import Epochs, Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.log import read_eval_log
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Score, accuracy, includes, match, mean, scorer
from inspect_ai.solver import generate, solver

OUT = Path("test/fixtures/imports")

# Question, target, and what is answered at each epoch.
SUMS = [
    ("2 + 3 = ?", "5", ["5", "5"]),
    ("10 - 4 = ?", "6", ["I think 6", "6"]),
    ("7 * 8 = ?", "56", ["54", "56"]),
    ("9 / 3 = ?", "3", ["The answer is 3 indeed", "4"]),
    ("6 * 7 = ?", "42", ["41", "40"]),
]
CUT = "7 * 8 = ?"


def samples():
    return [
        Sample(id=index + 1, input=question, target=target, metadata={"skill": "sum" if index < 2 else "product"})
        for index, (question, target, _) in enumerate(SUMS)
    ]


def canned():
    asked = {}

    def answer(input, tools, tool_choice, config):
        question = input[-1].text
        said = next(answers for asked_for, _, answers in SUMS if asked_for == question)
        turn = asked[question] = asked.get(question, -1) + 1
        stop = "max_tokens" if question == CUT and turn == 0 else "stop"
        output = ModelOutput.from_content("mockllm/canned", said[turn % len(said)], stop_reason=stop)
        # Given, or a tokenizer would be downloaded to count them.
        output.usage = ModelUsage(input_tokens=5, output_tokens=2, total_tokens=7)
        return output

    return get_model("mockllm/canned", custom_outputs=answer, memoize=False)


@scorer(metrics=[mean()])
def closeness():
    async def score(state, target):
        right = state.output.completion == target.text
        return Score(value=1.0 if right else 0.5 if target.text in state.output.completion else 0.0)

    return score


@scorer(metrics=[accuracy()])
def picky():
    """Scores what it can: a long answer is left unscored."""

    async def score(state, target):
        if len(state.output.completion) > 12:
            return Score.unscored(reason="other", explanation="too long to judge")
        right = target.text in state.output.completion
        return Score(value="C" if right else "I", answer=state.output.completion, explanation="looked for the target")

    return score


@solver
def breaking():
    async def solve(state, generate):
        if state.sample_id == 3:
            raise RuntimeError("the tool is broken")
        return state

    return solve


def run(name, format, *, epochs, solvers, scorers, **more):
    with tempfile.TemporaryDirectory() as folder:
        task = Task(dataset=samples(), solver=solvers, scorer=scorers, epochs=Epochs(epochs, "mean"), name=name, version=2)
        [log] = eval(
            task,
            model=canned(),
            log_dir=folder,
            log_format=format,
            max_samples=1,
            max_connections=1,
            display="none",
            **more,
        )
        file = OUT / f"inspect-{name}.{format}"
        shutil.copy(log.location, file)
        log = read_eval_log(str(file))
        reported = {score.name: {m: v.value for m, v in score.metrics.items()} for score in log.results.scores}
        return file.name, {"status": log.status, "reported": reported}


OUT.mkdir(parents=True, exist_ok=True)
decoding = {"max_tokens": 64, "temperature": 0.6, "top_p": 0.95, "seed": 7}
reports = dict(
    [
        run("epochs", "eval", epochs=2, solvers=[generate()], scorers=[includes(), match(), closeness()], **decoding),
        run("plain", "json", epochs=1, solvers=[generate()], scorers=[picky()], limit=(1, 4)),
        run("broken", "eval", epochs=1, solvers=[breaking(), generate()], scorers=[includes()], fail_on_error=False),
    ]
)
(OUT / "inspect-reported.json").write_text(json.dumps(reports, indent=2) + "\n")
