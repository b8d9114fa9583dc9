#!/usr/bin/env bash
# Runs Pare and its peers on the same work in the same run, taking turns, and prints medians and ratios (ours / the peer's).
# bench/peers/run.sh [THREADS] [ROUNDS]. Installs the peers (Debian's PyTorch with OpenBLAS) where they are missing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
threads=${1:-2} rounds=${2:-7}
batch=128 steps=80

# What other processes use of the machine, in percent of all processors, over two seconds.
load() { awk '/^cpu /{ busy = $2 + $3 + $4 + $7 + $8; total = busy + $5 + $6; print busy, total }' /proc/stat; }
read -r busy0 total0 < <(load); sleep 2; read -r busy1 total1 < <(load)
used=$((100 * (busy1 - busy0) / (total1 - total0)))
if [ "$used" -gt 5 ]; then echo "bench/peers/run.sh: other processes use $used % of the machine; figures would mean nothing. Stop them first." >&2; exit 1; fi

python=/usr/bin/python3
if ! $python -c 'import torch' 2>/dev/null; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends libopenblas0-pthread >/dev/null
  apt-get install -y -qq --no-install-recommends python3-torch >/dev/null
fi
dotnet build "$here/../Pare.Benchmarks" -c Release -v quiet --nologo -p:RunAnalyzers=false >/dev/null
ours="dotnet $here/../Pare.Benchmarks/bin/Release/net10.0/Pare.Benchmarks.dll"

median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
ours_file=$(mktemp) peer_file=$(mktemp)
trap 'rm -f "$ours_file" "$peer_file"' EXIT
for _ in $(seq "$rounds"); do
  $ours trainer "$threads" "$batch" "$steps" >> "$ours_file"
  OMP_NUM_THREADS=$threads $python "$here/torch_train.py" "$threads" "$batch" "$steps" >> "$peer_file"
done
a=$(median < "$ours_file") b=$(median < "$peer_file")
printf 'training LeNet-5, batch %s, %s threads: Pare %s images/s, PyTorch %s images/s, ratio %s\n' \
  "$batch" "$threads" "$a" "$b" "$(awk -v a="$a" -v b="$b" 'BEGIN { printf "%.2f", a / b }')"
$ours gemm
