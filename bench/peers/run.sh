#!/usr/bin/env bash
# Pare against ONNX Runtime and PyTorch on the same work in the same run, taking turns: the table of results/speed. See there for what it measures.
# bench/peers/run.sh [--only PART,...] [--networks NAME,...] [--threads 1,2] [--batch 1,32] [--rounds N] [--table FILE]
# Installs the peers where they are missing (npm's onnxruntime-node, Debian's python3-torch), for comparison only, outside the repository.
# It refuses where other processes use more than 5 % of the machine; PARE_BENCH_ANYWAY=1 measures all the same.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
. "$here/install.sh"
case " $* " in *" --help "*|*" -h "*) sed -n 's/^# //p' "${BASH_SOURCE[0]}"; exit 0 ;; esac
export DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1

peers_onnxruntime && peers_compiler || { echo "run.sh: nothing was measured." >&2; exit 1; }
case " $* " in *" --only "*) parts=${*#*--only } parts=${parts%% *} ;; *) parts=first,training ;; esac
case "$parts" in *training*) peers_torch || { echo "run.sh: nothing was measured." >&2; exit 1; } ;; esac

# The program is built again only where a source is newer: a compiler that has just run would still be warm in the measurement.
out=$top/artifacts/speed
if [ ! -f "$out/.built" ] || [ -n "$(find "$top/src" "$here/speed" \( -name obj -o -name bin \) -prune -o -type f -newer "$out/.built" -print -quit)" ]; then
  mkdir -p "$out"
  touch "$out/.started"
  cc -std=gnu17 -O2 -o "$out/ort-worker" "$here/speed/worker.c" -ldl
  . "$top/precompiled.sh"
  publish=(dotnet publish "$here/speed" -c Release -o "$out" --artifacts-path "$top/artifacts/build" --nologo -v quiet -p:RunAnalyzers=false -p:UseSharedCompilation=false)
  # Without the compiler's package the program is compiled as it runs: it starts slower.
  "${publish[@]}" "${precompiled[@]}" >/dev/null || "${publish[@]}" >&2
  mv "$out/.started" "$out/.built"
fi
commit=$(git -C "$top" describe --always --dirty 2>/dev/null || echo unknown)
case "$parts" in *first*|*cold*|*memory*) "$top/pare" --version >/dev/null ;; esac
exec dotnet "$out/Pare.Peers.Speed.dll" --library "$onnxruntime" --ort-worker "$out/ort-worker" --torch "$peers_python $here/torch_train.py" \
  --pare "$top/pare" --commit "$commit" "$@"
