using Pare.Kernels.Convolutions.Last.Winograd;
using Pare.Operators;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>
/// Dense 3 x 3 convolutions of stride 1, images with channels last, constant weights, by Winograd's F(2 x 2, 3 x 3) or F(4 x 4, 3 x 3): 2.25
/// and 4 times fewer multiplications than the definition has.
/// </summary>
/// <remarks>
/// <para>Results differ from the definition by at most <see cref="ErrorOf"/> times the sum, over input channels, of the largest |x| of the
/// tile that the result belongs to times the sum of the nine |w|.</para>
/// <para>A NaN or an infinity in the input makes all results of the tiles that read it NaN, also those that do not depend on it; numbers over
/// 1e37 may overflow. <see cref="KernelQuery.Winograd"/> switches the kernel off.</para>
/// </remarks>
internal sealed class ConvWinogradF32(int size) : FloatKernel<Conv>($"conv-winograd-{size}.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected override bool WritesIntoChannels => true;

    /// <summary>The stated bound on errors; see the remarks of this class.</summary>
    /// <param name="size">2 or 4.</param>
    public static float ErrorOf(int size) => size == 2 ? 1e-6f : 2e-6f;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Conv op, KernelQuery query) =>
        query.Winograd && query.Weight(1) is not null && (query.Weight(2) is not null || !query.Has(2))
            && query.Layout()!.IsImage(0)
            && ConvShapes.OfLast(op, query.ShapeOf(0), query.ShapeOf(1)) is { } shape && WinogradConv.Fits(shape)
            ? new Planned(shape, size, query) : null;

    private sealed unsafe class Planned(ConvShape shape, int size, KernelQuery query) : PlannedKernel
    {
        private readonly WinogradConv _conv = new(shape, size, query.Cpu, query.Threads);
        private readonly ChannelWindow _window = ChannelWindow.Of(query, shape.OutChannels);
        private readonly Fused? _epilogue = query.Epilogue();
        private PackedFloats? _packed;

        public override long PackedBytes => PackedFloats.BytesOf(_conv.PackedFloats);

        public override long ScratchBytes => _conv.ScratchBytes(query.Threads);

        public override double Seconds => _conv.Seconds(query);

        public override void Pack() =>
            _packed = query.Packed(1, $"winograd {size} {query.Cpu.Describe()}", _conv.PackedFloats, _conv.Pack, with: 2);

        public override void Run(in KernelArguments arguments)
        {
            _window.Keep(arguments);
            fixed (float* x = arguments.Input(0), y = arguments.Output(0), residual = arguments.Residual(_epilogue))
            fixed (byte* scratch = arguments.Scratch)
            {
                PixelOperands operands = new(_epilogue)
                {
                    Source = x,
                    Destination = y + _window.First,
                    ResultStep = _window.Channels,
                    Weights = _packed!.Floats,
                    Residual = residual,
                };
                _conv.Run(operands, arguments.Pool, scratch, query.Threads);
            }
        }
    }
}
