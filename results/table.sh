#!/usr/bin/env bash
# Prints the README's table of results from the reports and seeds: results/table.sh [FOLDER], of results/quantization too
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
under=${1:+${1%/}/}

# shellcheck source=number.sh
source ./number.sh

percent() { awk -v x="$1" 'BEGIN { printf "%.2f %%", 100 * x }'; }
thousands() { echo "$1" | sed -E ':a; s/([0-9])([0-9]{3})($|,)/\1,\2\3/; ta'; }

for settings in "$under"*/settings.sh; do
  name=${settings%/settings.sh}
  folder="$name/" report="$name/model.report.json"
  title=$(sed -n 's/^# title: //p' "$folder/settings.sh")
  seeds=$(awk -F'\t' 'NR > 1 { n++; sum += $5; if ($5 > worst) worst = $5 } END { if (n > 1) printf "%.2f %% / %.2f %%", 100 * sum / n, 100 * worst; else printf "one seed" }' "$folder/seeds.tsv")
  printf '| [%s](results/%s/) | %s | %s | %s | %.1fx | %s |\n' "$title" "$name" "$(percent "$(number "$report" before test error)")" \
    "$(percent "$(number "$report" after test error)")" "$(thousands "$(number "$report" after bytes)")" "$(number "$report" after ratio)" "$seeds"
done
