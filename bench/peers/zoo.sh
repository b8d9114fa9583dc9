#!/usr/bin/env bash
# Compares every architecture of Pare with ONNX Runtime: the same ONNX file, the same random input. Exit code 1: one is too far apart.
# 77: nothing was compared, and why.
# bench/peers/zoo.sh [--quick] [--quantized | --nodes] [PART OF A NAME ...], or --agreement DATA FILE ...: quantized networks over a test set,
# the share of samples that get the same class. ONNX Runtime (npm, for comparison only) is kept in a cache folder outside the repository.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/install.sh"
peers_onnxruntime || { echo "zoo.sh: SKIPPED: nothing was compared." >&2; exit 77; }
dotnet build "$here/onnxruntime" -c Release -v quiet --nologo -p:RunAnalyzers=false >/dev/null
exec dotnet "$here/onnxruntime/bin/Release/net10.0/Pare.Peers.OnnxRuntime.dll" "$onnxruntime" "$@"
