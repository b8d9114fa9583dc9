using Pare.Kernels.Bands;
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
internal sealed class ConvWinogradF32(int size) : ConvLastKernel($"conv-winograd-{size}.last.f32")
{
    /// <summary>The stated bound on errors; see the remarks of this class.</summary>
    /// <param name="size">2 or 4.</param>
    public static float ErrorOf(int size) => size == 2 ? 1e-6f : 2e-6f;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Conv op, KernelQuery query) =>
        query.Winograd && query.Weight(1) is not null && (query.Weight(2) is not null || !query.Has(2))
            && query.Layout()!.IsImage(0)
            && ConvShapes.OfLast(op, query.ShapeOf(0), query.ShapeOf(1)) is { } shape && WinogradConv.Fits(shape)
            ? new Planned(shape, size, query) : null;

    private sealed unsafe class Planned(ConvShape shape, int size, KernelQuery query) : PlannedConvLast(query, shape.OutChannels)
    {
        private readonly WinogradConv _conv = new(shape, size, query.Cpu, query.Threads);
        private PackedFloats? _packed;

        public override long PackedBytes => PackedFloats.BytesOf(_conv.PackedFloats);

        public override long ScratchBytes => _conv.ScratchBytes(Query.Threads);

        public override double Seconds => _conv.Seconds(Query);

        public override long BandScratchBytes => _conv.BandScratchBytes;

        public override int ConstantReads => _conv.Cut.Count;

        protected override BandGeometry? BandSizes =>
            _conv.GoodRows is { } good ? BandGeometry.Of(shape, sizeof(float)) with { Together = size, GoodRows = good } : null;

        public override void Pack() =>
            _packed = Query.Packed(1, $"winograd {size} {Query.Cpu.Describe()}", _conv.PackedFloats, _conv.Pack, with: 2);

        protected override void Run(PixelOperands operands, in KernelArguments arguments, byte* scratch)
        {
            operands.Weights = _packed!.Floats;
            _conv.Run(operands, arguments.Pool, scratch, Query.Threads);
        }

        protected override void RunRows(PixelOperands operands, int picture, RowRange rows, byte* scratch)
        {
            operands.Weights = _packed!.Floats;
            _conv.RunRows(operands, picture, rows, scratch);
        }
    }
}
