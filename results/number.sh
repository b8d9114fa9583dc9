# shellcheck shell=bash
# number REPORT SECTION [PART] KEY: a number out of a report, whose lines are "key": value. Sourced by the scripts beside it.
number() { awk -v path="${*:2}" 'BEGIN { n = split(path, want, " "); at = 1 } at <= n && index($0, "\"" want[at] "\":") { if (at++ == n) { gsub(/[^0-9.]/, "", $2); print $2; exit } }' "$1"; }
