using System.Collections.Immutable;
using Pare.Kernels;
using Pare.Lowering;

namespace Pare.Runtime;

/// <summary>What a session runs at a time: a node, or several that run band by band.</summary>
/// <param name="First">The first step.</param>
/// <param name="Count">How many steps.</param>
/// <param name="Kernel">What runs them.</param>
/// <param name="Inputs">Where the inputs of all steps are; what lies between them is nowhere.</param>
/// <param name="Outputs">Where the last step's outputs are.</param>
/// <param name="ScratchOffset">Where scratch memory begins in the arena.</param>
/// <param name="ScratchBytes">How much there is.</param>
internal sealed record PlanRun(int First, int Count, PreparedKernel Kernel, ImmutableArray<Place> Inputs, ImmutableArray<Place> Outputs, long ScratchOffset, long ScratchBytes);
