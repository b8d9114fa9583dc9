#!/usr/bin/env bash
# Restores, checks the format, builds with warnings as errors and runs every test; then the kernel tests once more for each lower
# instruction set. The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

step() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }
fail() { printf '%s\n0 passed, 1 failed\n' "$1"; exit 1; }

step restore; dotnet restore -v quiet || fail "The restore failed."
step format; dotnet format whitespace --no-restore --verify-no-changes || fail "Run 'dotnet format' and commit what it changes."
step build; dotnet build -c Release --no-restore -v quiet || fail "The build failed."

passed=0 failed=0
# tests NAME [dotnet-test arguments ...]: runs a test project and adds its counts; a run without a count is a failure.
tests() {
  local name=$1 log counts
  shift
  log=$(mktemp)
  dotnet test "tests/$name" -c Release --no-build --nologo "$@" 2>&1 | tee "$log"
  counts=$(sed -nE 's/.*Failed: +([0-9]+), Passed: +([0-9]+),.*/\2 \1/p' "$log" | tail -n 1)
  rm -f "$log"
  if [ -z "$counts" ]; then failed=$((failed + 1)); echo "$name: no test ran"; return; fi
  passed=$((passed + ${counts% *}))
  failed=$((failed + ${counts#* }))
}

for project in Pare.Tests Pare.Jit.Tests Pare.Compression.Tests Pare.EndToEnd.Tests; do
  step "test $project"; tests "$project"
done

# A canary in the kernel tests asserts that the switch took effect (PARE_EXPECT_CPU).
if [ "$(uname -m)" = x86_64 ]; then
  step "kernels without AVX-512"; DOTNET_EnableAVX512=0 DOTNET_EnableAVXVNNI=0 PARE_EXPECT_CPU=avx2 tests Pare.Tests --filter "FullyQualifiedName~Kernels"
  step "emission without AVX-512"; DOTNET_EnableAVX512=0 PARE_EXPECT_CPU=avx2-vnni tests Pare.Jit.Tests
  step "kernels without AVX2"; DOTNET_EnableAVX2=0 PARE_EXPECT_CPU=vector128 tests Pare.Tests --filter "FullyQualifiedName~Kernels"
fi

# Only where .ci/run asks for it: it fetches another engine from npm, for comparison alone.
# against_onnxruntime WHAT [ARGUMENTS ...]
against_onnxruntime() {
  step "$1 against ONNX Runtime"
  bench/peers/zoo.sh "${@:2}"
  case $? in
    0) passed=$((passed + 1)) ;;
    77) echo "Skipped: $1 were not compared with ONNX Runtime." ;;
    *) failed=$((failed + 1)) ;;
  esac
}
if [ -n "${PARE_PEERS:-}" ]; then
  against_onnxruntime architectures --quick
  against_onnxruntime "quantized nodes" --nodes
fi

step done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
