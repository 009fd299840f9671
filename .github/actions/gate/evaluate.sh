#!/usr/bin/env bash
# Evaluates MODEL on each of SUITES into the run folder RUN; where MEASURE is true, a checkpoint is measured on the first of them.
set -euo pipefail

if [ -z "$MODEL" ]; then
  echo "::error title=Model gate::expected the input model beside suite, found none"
  exit 2
fi
case "$MEASURE" in
  true | false) ;;
  *)
    echo "::error title=Model gate::expected the input measure to be true or false"
    exit 2
    ;;
esac

read -ra suites <<<"$SUITES"
for suite in "${suites[@]}"; do
  npx --no-install proofstill evaluate "$suite" --model "$MODEL" --run "$RUN"
done
if [ "$MEASURE" = true ]; then
  npx --no-install proofstill export "$MODEL"
  npx --no-install proofstill measure "$MODEL" --suite "${suites[0]}" --run "$RUN"
fi
