#!/usr/bin/env bash
# Makes the rows of instruction-sets.tsv: what a published network of integers computes of test pictures, by the scalar definitions and on every
# instruction set of the machine, and how many numbers differ. results/quantization/instruction-sets.sh [PICTURES [NETWORK ...]]: 1,000, the five of static int8.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${PARE_DATA:?set PARE_DATA to the folder that holds the full data sets}"
pare=${PARE:-$here/../../pare}
pictures=${1:-1000}
networks=("${@:2}")
[ ${#networks[@]} -gt 0 ] || networks=(resnet-20-int8 resnet-32-int8 mobilenet-int8 squeezenet-int8 shufflenet-int8)
table="$here/instruction-sets.tsv"
[ -f "$table" ] || printf 'network\tpictures\tinstruction set\tcodes\tdiffer\toutputs\tdiffer\n' > "$table"
for network in "${networks[@]}"; do
  name=$(basename "$network")
  { grep -v "^$name	" "$table"
    $pare check "$here/$name/model.pare" --data cifar10 --samples "$pictures" --threads "${THREADS:-0}" --json --quiet |
      python3 -c '
import json, sys
for s in json.load(sys.stdin)["instruction_sets"]:
    print(*sys.argv[1:], s["name"], s["codes"], s["differing_codes"], s["floats"], s["differing_floats"], sep="\t")' "$name" "$pictures"
  } > "$table.partial"
  mv "$table.partial" "$table"
done
column -t -s "$(printf '\t')" "$table"
