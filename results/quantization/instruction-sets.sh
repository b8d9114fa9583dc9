#!/usr/bin/env bash
# Makes instruction-sets.tsv: what each published network of integers computes of 1,000 test pictures, by the scalar definitions and on every
# instruction set of the machine, and how many numbers differ. results/quantization/instruction-sets.sh [SAMPLES]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${PARE_DATA:?set PARE_DATA to the folder that holds the full data sets}"
pare=${PARE:-$here/../../pare}
table="$here/instruction-sets.tsv.partial"
printf 'network\tsamples\tinstruction set\tcodes\tdiffer\toutputs\tdiffer\n' > "$table"
for folder in "$here"/*-int8; do
  # shellcheck disable=SC2086
  $pare check "$folder/model.pare" --data cifar10 --samples "${1:-1000}" --threads "${THREADS:-0}" --json --quiet |
    NETWORK=$(basename "$folder") SAMPLES=${1:-1000} python3 -c '
import json, os, sys
for s in json.load(sys.stdin)["instruction_sets"]:
    print(os.environ["NETWORK"], os.environ["SAMPLES"], s["name"], s["codes"], s["differing_codes"], s["floats"], s["differing_floats"], sep="\t")' >> "$table"
done
mv "$table" "$here/instruction-sets.tsv"
column -t -s "$(printf '\t')" "$here/instruction-sets.tsv"
