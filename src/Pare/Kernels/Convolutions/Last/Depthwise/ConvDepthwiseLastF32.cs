using Pare.Kernels.Bands;
using Pare.Operators;

namespace Pare.Kernels.Convolutions.Last.Depthwise;

/// <summary>Depthwise convolutions of images with channels last, any window. Constant weights of any encoding are decoded and packed once.</summary>
internal sealed class ConvDepthwiseLastF32() : FloatKernel<Conv>("conv-depthwise.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Conv op, KernelQuery query) =>
        query.IsFloat(1) && query.Layout()!.IsImage(0)
        && ConvShapes.OfLast(op, query.ShapeOf(0), query.ShapeOf(1)) is { } shape && DepthwiseConv.Takes(shape)
            ? new Planned(shape, query, DepthwiseConv.Forward(shape, query.Cpu)) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query, DepthwiseConv conv) : PlannedKernel, IBandKernel
    {
        private readonly ConvWeights _weights = new(query, bias: 2, $"depthwise {query.Cpu.Describe()}", conv.PackedFloats, (w, b, to, _) => conv.Pack(w, b, to));
        private readonly Fused? _epilogue = query.Epilogue();

        public override long PackedBytes => _weights.PackedBytes;

        public override long ScratchBytes => _weights.ScratchBytes + conv.ScratchBytes(query.Threads);

        public override double Seconds => CostModel.Convolution(shape.MultiplyAdds, shape.InputFloats + shape.OutputFloats, shape.WeightFloats, query);

        public override IBandKernel? Bands => _weights.IsConstant && shape.GroupOutChannels == 1 ? this : null;

        public BandGeometry Geometry => BandGeometry.Of(shape, sizeof(float));

        public long BandConstantBytes => PackedBytes;

        public int ResidualInput => _epilogue is { Residual: true } ? _epilogue.MainInputs : -1;

        public override void Pack() => _weights.Pack();

        public void RunRows(in BandOperands operands, int picture, RowRange rows) => conv.RunRows(
            new DepthwiseOperands(_epilogue) { Source = (float*)operands.Source, Destination = (float*)operands.Destination, Weights = _weights.Packed, Residual = (float*)operands.Residual },
            picture, rows);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* x = arguments.Input(0), y = arguments.Output(0), residual = arguments.Residual(_epilogue))
            fixed (byte* scratch = arguments.Scratch)
            {
                DepthwiseOperands operands = new(_epilogue) { Source = x, Destination = y, Weights = _weights.Of(arguments, scratch), Residual = residual };
                conv.Run(operands, arguments.Pool, scratch + _weights.ScratchBytes);
            }
        }
    }
}
