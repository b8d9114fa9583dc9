#!/usr/bin/env bash
# Compares every architecture of Pare with ONNX Runtime: the same ONNX file, the same random input. Exit code 1: one is too far apart.
# 77: nothing was compared, and why.
# bench/peers/zoo.sh [--quick] [PART OF A NAME ...]. ONNX Runtime (npm, for comparison only) is kept in a cache folder outside the repository.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${PARE_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/pare-peers}
case "$(uname -m)" in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) echo "zoo.sh: SKIPPED: ONNX Runtime has no library for $(uname -m)." >&2; exit 77 ;; esac
library=$cache/node_modules/onnxruntime-node/bin/napi-v6/linux/$arch/libonnxruntime.so.1

if [ ! -f "$library" ]; then
  mkdir -p "$cache"
  [ -f "$cache/package.json" ] || echo '{"private":true}' > "$cache/package.json"
  if ! (cd "$cache" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error onnxruntime-node@1.30) || [ ! -f "$library" ]; then
    echo "zoo.sh: SKIPPED: npm could not restore onnxruntime-node; nothing was compared." >&2
    exit 77
  fi
fi
dotnet build "$here/onnxruntime" -c Release -v quiet --nologo -p:RunAnalyzers=false >/dev/null
exec dotnet "$here/onnxruntime/bin/Release/net10.0/Pare.Peers.OnnxRuntime.dll" "$library" "$@"
