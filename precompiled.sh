# Sourced by programs that publish: sets precompiled=(...), arguments of 'dotnet publish' that compile for this machine's processor before the
# program runs (ReadyToRun). Generic code of the framework over own types is compiled too; the runtime checks that it is still the same code.
# Without AVX10.2 by name, which no processor of today has: whatever uses Math.Max of doubles would depend on it, and be compiled again.
# Empty where it is not known to work. PARE_PRECOMPILED lets kernels be compiled too, see src/Pare/Kernels/CompileHow.cs.
precompiled=()
if [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ]; then
  level=
  if grep -qw avx512f /proc/cpuinfo && grep -qw avx512bw /proc/cpuinfo && grep -qw avx512dq /proc/cpuinfo && grep -qw avx512vl /proc/cpuinfo; then level=x86-64-v4%2C-avx10v2
  elif grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo; then level=x86-64-v3; fi
  precompiled=(-r linux-x64 --self-contained false -p:PublishReadyToRun=true -p:PareIsPrecompiled=true
    "-p:PublishReadyToRunCrossgen2ExtraArgs=--opt-cross-module:*%3B--non-local-generics-module:*${level:+%3B--instruction-set:$level}")
fi
