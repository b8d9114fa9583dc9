using Pare.Kernels.Convolutions.Last;
using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Copies an image with channels last into some channels of a wider one.</summary>
internal sealed class CopyIntoF32() : FloatKernel<Identity>("copy-into.f32")
{
    /// <inheritdoc/>
    protected override bool WritesIntoChannels => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Identity op, KernelQuery query) =>
        query.Into() is not null && query.Weight(0) is null ? new Planned(ChannelWindow.Of(query, query.Dims(0)[^1]), query.ShapeOf(0)) : null;

    private sealed unsafe class Planned(ChannelWindow window, Shape shape) : PlannedKernel
    {
        private readonly int _channels = shape.Fixed[^1];
        private readonly int _pixels = (int)(shape.Elements / shape.Fixed[^1]);

        public override double Seconds => CostModel.Loop(2 * shape.Elements);

        public override void Run(in KernelArguments arguments)
        {
            window.Keep(arguments);
            fixed (float* x = arguments.Input(0), y = arguments.Output(0))
            {
                const int Size = sizeof(float);
                RowCopy.Run((byte*)x, _channels * Size, (byte*)(y + window.First), window.Channels * Size, _pixels, _channels * Size, arguments.Pool);
            }
        }
    }
}
