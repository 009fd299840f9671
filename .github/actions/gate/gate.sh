#!/usr/bin/env bash
# Gates the run folder RUN by POLICY. Ends with the gate's exit code; INCONCLUSIVE=warn turns its 3 into 0.
set -euo pipefail

case "$INCONCLUSIVE" in
  fail | warn) ;;
  *)
    echo "::error title=Model gate::expected the input inconclusive to be fail or warn"
    exit 2
    ;;
esac
options=(--policy "$POLICY" --junit "$RUN/gate.junit.xml" --markdown "$GITHUB_STEP_SUMMARY" --annotate)
if [ -n "$BASELINE" ]; then options+=(--baseline "$BASELINE"); fi
if [ -n "$RECHECK" ]; then options+=(--recheck "$RECHECK"); fi

# A decision that an earlier run left here is none of this one.
rm -f -- "$RUN/gate.json" "$RUN/gate.junit.xml"
code=0
npx --no-install proofstill gate "$RUN" "${options[@]}" || code=$?
case "$code" in
  0) verdict=passed ;;
  1) verdict=failed ;;
  3) verdict=inconclusive ;;
  *) verdict=none ;;
esac
echo "verdict=$verdict" >>"$GITHUB_OUTPUT"
if [ "$verdict" = inconclusive ] && [ "$INCONCLUSIVE" = warn ]; then
  echo "::warning title=Model gate::inconclusive, and let through because the input inconclusive is warn"
  exit 0
fi
exit "$code"
