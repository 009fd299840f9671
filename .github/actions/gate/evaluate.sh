#!/usr/bin/env bash
# Evaluates MODEL on each of SUITES into the run folder RUN.
set -euo pipefail

if [ -z "$MODEL" ]; then
  echo "::error title=Model gate::expected the input model beside suite, found none"
  exit 2
fi
options=(--model "$MODEL" --run "$RUN")
case "$MEASURE" in
  true) options+=(--measure) ;;
  false) ;;
  *)
    echo "::error title=Model gate::expected the input measure to be true or false"
    exit 2
    ;;
esac

read -ra suites <<<"$SUITES"
for suite in "${suites[@]}"; do
  npx --no-install proofstill evaluate "$suite" "${options[@]}"
done
