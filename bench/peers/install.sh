# What bench/peers/*.sh need of other engines, for comparison only; sourced. Kept in a cache folder outside the repository (PARE_PEERS).
peers_cache=${PARE_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/pare-peers}
peers_python=/usr/bin/python3

# Sets $onnxruntime to ONNX Runtime's C library out of npm's package. Fails with the reason on stderr.
peers_onnxruntime() {
  local arch
  case "$(uname -m)" in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) echo "ONNX Runtime has no library for $(uname -m)." >&2; return 1 ;; esac
  onnxruntime=$peers_cache/node_modules/onnxruntime-node/bin/napi-v6/linux/$arch/libonnxruntime.so.1
  [ -f "$onnxruntime" ] && return 0
  mkdir -p "$peers_cache"
  [ -f "$peers_cache/package.json" ] || echo '{"private":true}' > "$peers_cache/package.json"
  if ! (cd "$peers_cache" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error onnxruntime-node@1.30) || [ ! -f "$onnxruntime" ]; then
    echo "npm could not restore onnxruntime-node." >&2
    return 1
  fi
}

# Debian's PyTorch. OpenBLAS goes first: with the generic BLAS its matrix product is 30 to 100 times too slow to compare with.
peers_torch() {
  $peers_python -c 'import torch' 2>/dev/null && return 0
  apt-get update -qq && apt-get install -y -qq --no-install-recommends libopenblas0-pthread >/dev/null \
    && apt-get install -y -qq --no-install-recommends python3-torch >/dev/null || { echo "apt-get could not install python3-torch." >&2; return 1; }
}

# A C compiler, for the program that runs ONNX Runtime: in .NET its process would start and weigh more than it has to.
peers_compiler() {
  command -v cc >/dev/null && return 0
  apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc libc6-dev >/dev/null || { echo "apt-get could not install gcc." >&2; return 1; }
}
