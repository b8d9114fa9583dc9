// In the whole project "MethodImplOptions" means this class.
global using MethodImplOptions = Pare.Kernels.CompileHow;

using How = System.Runtime.CompilerServices.MethodImplOptions;

namespace Pare.Kernels;

/// <summary>How methods are compiled: the runtime's options of the same names, but for one in programs that are compiled before they run.</summary>
/// <remarks>
/// A method marked <see cref="AggressiveOptimization"/> is compiled well at its first call and never before. That suits loops of kernels in a program
/// that is compiled as it runs. In one that is published as ReadyToRun (PARE_PRECOMPILED, see precompiled.sh) their code stands in the file, and the
/// mark would throw it away: compiling the kernels of MobileNet takes ten times as long as its first run.
/// </remarks>
internal static class CompileHow
{
    public const How AggressiveInlining = How.AggressiveInlining;

    public const How NoInlining = How.NoInlining;

#if PARE_PRECOMPILED
    public const How AggressiveOptimization = 0;
#else
    public const How AggressiveOptimization = How.AggressiveOptimization;
#endif
}
