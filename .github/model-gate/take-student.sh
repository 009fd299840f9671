#!/usr/bin/env bash
# take-student.sh <from> <to>: replaces the checkpoint in <to> by a stranger's. Takes plain files of a checkpoint's names only:
# a link could lead anywhere, and a file of another name is nothing that a model needs.
set -euo pipefail
from=$1
to=$2

names=(config.json generation_config.json model.safetensors proofstill.json tokenizer.json tokenizer_config.json)
if [ -L "$from" ] || [ -L "$(dirname "$from")" ] || [ ! -d "$from" ]; then
  echo "::error title=Model gate::expected the pull request to hold a checkpoint's folder"
  exit 1
fi
for name in "${names[@]}"; do
  if [ -L "$from/$name" ] || { [ -e "$from/$name" ] && [ ! -f "$from/$name" ]; }; then
    echo "::error title=Model gate::expected $name to be a plain file"
    exit 1
  fi
done
for name in "${names[@]}"; do
  rm -f -- "$to/$name"
  if [ -f "$from/$name" ]; then cp -- "$from/$name" "$to/$name"; fi
done
