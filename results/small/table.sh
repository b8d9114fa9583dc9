#!/usr/bin/env bash
# Makes results/small/table.tsv anew from the files that results/make.sh small/NAME left; only the latency is measured here, all networks
# taking turns in one run on one thread (nothing else should run meanwhile).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pare=${PARE:-$here/../../pare}
# shellcheck source=../number.sh
source "$here/../number.sh"

names=(mobilenet squeezenet shufflenet mobilenet-plain)
files=() made=()
for name in "${names[@]}"; do
  if [ ! -f "$here/$name/model.report.json" ]; then echo "results/small/table.sh: $name is not made yet; make it by: results/make.sh small/$name" >&2; continue; fi
  file="$here/$name/model.pare"
  [ -f "$file" ] || file="$here/../../artifacts/results/small/$name/seed-1/model.pare"
  [ -f "$file" ] || { echo "results/small/table.sh: there is no model of $name; make it by: results/make.sh small/$name" >&2; exit 2; }
  files+=("$file") made+=("$name")
done

information=$(mktemp)
trap 'rm -f "$information"' EXIT
mapfile -t medians < <($pare bench "${files[@]}" --threads 1 --seconds "${SECONDS_EACH:-3}" --json --quiet | awk -F: '/"median_ms":/ { gsub(/[^0-9.]/, "", $2); print $2 }')

printf 'network\tepochs\tparameters\tMACs\tbytes\tvalidation accuracy\ttest accuracy\tms at batch 1, 1 thread\n' > "$here/table.tsv"
for i in "${!made[@]}"; do
  name=${made[$i]} report="$here/${made[$i]}/model.report.json"
  $pare info "${files[$i]}" --json --quiet > "$information"
  epochs=$(sed -n 's/.*--epochs \([0-9]*\).*/\1/p' "$here/$name/settings.sh")
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%.3f\n' "$name" "$epochs" "$(number "$information" rule parameters)" "$(number "$information" macs)" \
    "$(number "$report" after bytes)" "$(number "$report" after validation accuracy)" "$(number "$report" after test accuracy)" "${medians[$i]}" >> "$here/table.tsv"
done
column -t -s "$(printf '\t')" "$here/table.tsv"
