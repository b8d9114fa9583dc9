using System.Runtime.Versioning;
using Pare.Kernels;
using Pare.Kernels.Bits;
using Pare.Operators;

namespace Pare.Jit.Bits;

/// <summary>Products of rows of signs, by vpopcntd: rows are pixels.</summary>
[SupportedOSPlatform("linux")]
internal sealed class GemmBinaryEmitted() : BitKernel<BinaryGemm>("gemm-binary.emitted")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BinaryGemm op, KernelQuery query) =>
        query.Cpu.HasAvx512PopulationCount && ShapeOf(query) is { } shape ? new BitConvCode(query, shape.Validate(), op.Result) : null;
}
