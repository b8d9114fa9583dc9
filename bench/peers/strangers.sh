#!/usr/bin/env bash
# Networks as people write them in PyTorch, exported at several opsets: Pare's outputs against PyTorch's and ONNX Runtime's, and all else that
# Pare should do with them. bench/peers/strangers.sh [--notes] [PART OF A NAME ...]. Exit code 1: something fails. 77: no PyTorch here.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/install.sh"
python=$peers_python
$python -c 'import torch' 2>/dev/null || { echo "strangers.sh: SKIPPED: $python has no torch (Debian: python3-torch)." >&2; exit 77; }
peers_onnxruntime || { echo "strangers.sh: PyTorch alone is compared." >&2; onnxruntime=-; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
$python "$here/strangers/export.py" "$folder"
dotnet build "$here/strangers" -c Release -v quiet --nologo -p:RunAnalyzers=false >/dev/null
dotnet "$here/strangers/bin/Release/net10.0/Pare.Peers.Strangers.dll" "$folder" "$onnxruntime" "$@"
