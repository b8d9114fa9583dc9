#!/usr/bin/env bash
# Makes a result again from nothing: results/make.sh NAME [SEED ...]
#
# NAME is a folder here (small/mobilenet for one below it), with recipe.yaml and settings.sh, which says where the network comes from:
#   architecture=... training="..."   a fresh network, trained by 'pare train' with these options; creation="..." are those of 'pare new'
#   model=... options="..."           a trained network, a path below PARE_DATA, or results/... of this repository
#   data=...                          what it is trained on; mnist where nothing is said
#   recipe=...                        another recipe than the folder's own, a path below it
#   keep=report                       model.pare is too large to be kept here; it stays under artifacts/results
# The first seed is the published row: its model.pare and model.report.json are kept. All seeds go to seeds.tsv.
# PARE_DATA must lead to the full data sets. The same seed gives the same bytes, whatever the number of THREADS (0: one for each processor).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=${1:?usage: results/make.sh NAME [SEED ...]}
shift
folder="$here/$name"
[ -f "$folder/settings.sh" ] || { echo "results/make.sh: there is no result '$name'; there are: $(cd "$here" && echo */)" >&2; exit 2; }
: "${PARE_DATA:?set PARE_DATA to the folder that holds the full data sets}"
architecture="" creation="" training="" model="" options="" data=mnist recipe=recipe.yaml keep=all seeds="1 2 3"
# shellcheck source=/dev/null
source "$folder/settings.sh"
[ $# -gt 0 ] && seeds=$*
pare=${PARE:-$here/../pare}
threads=${THREADS:-0}
work="$here/../artifacts/results/$name"

# shellcheck source=number.sh
source "$here/number.sh"

one_seed() {
  local seed=$1 out="$work/seed-$1" input resume
  mkdir -p "$out"
  if [ -n "$architecture" ]; then
    input="$out/trained.onnx"
    if [ ! -f "$input" ] || [ -e "$input.checkpoint" ]; then
      # Training that was interrupted goes on, with the same result.
      resume=--resume
      # shellcheck disable=SC2086
      [ -e "$input.checkpoint" ] || { resume="" && $pare new "$architecture" $creation -o "$out/new.onnx" --seed "$seed" --quiet; }
      # shellcheck disable=SC2086
      $pare train "$out/new.onnx" --data "$data" -o "$input" --seed "$seed" --threads "$threads" $training $resume
    fi
  else
    case $model in results/*) input="$here/../$model" ;; *) input="$PARE_DATA/$model" ;; esac
  fi
  resume=""
  if [ -e "$out/model.pare.checkpoint-1" ]; then resume=--resume; fi
  # shellcheck disable=SC2086
  $pare compress "$input" --recipe "$folder/$recipe" --seed "$seed" -o "$out/model.pare" --report "$out/model.report.json" --threads "$threads" $options $resume
}

table="$work/seeds.tsv"
mkdir -p "$work"
printf 'seed\tbytes\tratio\ttest error before\ttest error after\n' > "$table"
first=""
for seed in $seeds; do
  one_seed "$seed"
  report="$work/seed-$seed/model.report.json"
  printf '%s\t%s\t%.1f\t%s\t%s\n' "$seed" "$(number "$report" after bytes)" "$(number "$report" after ratio)" \
    "$(number "$report" before test error)" "$(number "$report" after test error)" >> "$table"
  if [ -z "$first" ]; then
    first=$seed
    cp "$work/seed-$seed/model.report.json" "$folder/"
    if [ "$keep" = all ]; then cp "$work/seed-$seed/model.pare" "$folder/"; fi
  fi
done
cp "$table" "$folder/seeds.tsv"
column -t -s "$(printf '\t')" "$table"
