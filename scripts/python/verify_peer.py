"""Math-Verify's side of `npm run bench -- verify`: the same pairs, driven line by line over stdin, so that the benchmark
can take turns with it.

    run <file.jsonl>     one line of JSON on stdout: {"seconds", "passed": [true, false, ...]}

A pair is a line {"expected", "output"} of the file. The expected answer is handed over between dollar signs, for Math-Verify
reads LaTeX only inside an environment, unless it has one already. Ends when stdin ends.
"""

import json
import re
import sys
import time

from math_verify import ExprExtractionConfig, LatexExtractionConfig, StringExtractionConfig, parse, verify

LATEX = [LatexExtractionConfig(), ExprExtractionConfig()]
LETTERS = [StringExtractionConfig(strings=("A", "B", "C", "D", "E"))]


def passes(expected: str, output: str) -> bool:
    if expected.strip() in {"A", "B", "C", "D", "E"}:
        return bool(verify(parse(expected, LETTERS), parse(output, LETTERS)))
    gold = parse(expected if "$" in expected.replace("\\$", "") or "\\boxed" in expected else f"${expected}$", LATEX)
    if verify(gold, parse(output, LATEX)):
        return True
    # A bare formula has no environment either; round prose one would make a product of letters of it.
    is_bare = "$" not in output and "boxed" not in output and not re.search(r"(?<!\\)\b[^\W\d_]{4,}", output)
    return is_bare and bool(verify(gold, parse(f"${output}$", LATEX)))


def main() -> None:
    for line in sys.stdin:
        match line.split(maxsplit=1):
            case ["run", path]:
                with open(path.strip(), encoding="utf-8") as file:
                    pairs = [json.loads(row) for row in file if row.strip()]
                begin = time.perf_counter()
                passed = [passes(pair["expected"], pair["output"]) for pair in pairs]
                seconds = time.perf_counter() - begin
                print(json.dumps({"seconds": seconds, "passed": passed}), flush=True)
            case []:
                continue
            case _:
                sys.exit(f"expected: run <file.jsonl>, got: {line.strip()}")


if __name__ == "__main__":
    main()
