using System.Runtime.Versioning;
using Pare.Kernels;
using Pare.Kernels.Bits;
using Pare.Operators;

namespace Pare.Jit.Bits;

/// <summary>Convolutions of signs with channels last, of one group, by vpopcntd.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ConvBinaryEmitted() : BitKernel<BinaryConv>("conv-binary.last.emitted")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BinaryConv op, KernelQuery query) =>
        query.Cpu.HasAvx512PopulationCount && ShapeOf(op, query) is { Groups: 1 } shape ? new BitConvCode(query, shape.Validate(), op.Result) : null;
}
