using Pare.Kernels.Loops;
using Pare.Operators;

namespace Pare.Kernels.Convolutions;

/// <summary>Transposed convolutions of one and two spatial axes, as the input gradient of the convolution that goes the other way; then the bias.</summary>
internal sealed class ConvTransposeF32() : FloatKernel<ConvTranspose>("conv-transpose.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(ConvTranspose op, KernelQuery query) =>
        query.Weight(0) is null && query.IsFloat(1) && op.Backward(query.ShapeOf(0), query.ShapeOf(1)) is { } conv
        && ConvShapes.Of(conv, query.Outputs[0].Shape, query.ShapeOf(1)) is { } shape ? new Planned(shape, query) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query) : PlannedKernel
    {
        private readonly ConvInputGradient _gradient = new(shape, query.Cpu);
        private readonly WeightEncoding? _weight = query.Weight(1);
        private readonly WeightEncoding? _biasWeight = query.Weight(2);
        private readonly PackedFloats? _ones = query.Has(2) ? Ones(shape.Channels) : null;
        private PackedFloats? _values;
        private PackedFloats? _bias;

        public override long PackedBytes => PackedFloats.BytesOf(_weight) + PackedFloats.BytesOf(_biasWeight);

        public override long ScratchBytes => _gradient.ScratchBytes(query.Threads);

        public override double Seconds => CostModel.Product(shape.MultiplyAdds, shape.AllFloats, query.Cpu);

        public override void Pack()
        {
            _values = query.Decoded(1);
            _bias = query.Decoded(2);
        }

        public override void Run(in KernelArguments arguments)
        {
            Tensor? weight = arguments.Inputs[1], bias = arguments.Inputs.Length > 2 ? arguments.Inputs[2] : null;
            fixed (float* x = arguments.Input(0), y = arguments.Output(0), w = weight is null ? [] : weight.Floats, b = bias is null ? [] : bias.Floats)
            fixed (byte* scratch = arguments.Scratch)
            {
                _gradient.Run(x, _values is null ? w : _values.Floats, y, arguments.Pool, scratch);
                if (_ones is not null)
                    Elementwise.ScaleShift(
                        y, _ones.Floats, _bias is null ? b : _bias.Floats, y, shape.Batch, shape.Channels, shape.Height * shape.Width, arguments.Pool);
            }
        }

        private static PackedFloats Ones(int count)
        {
            var ones = new PackedFloats(count);
            new Span<float>(ones.Floats, count).Fill(1);
            return ones;
        }
    }
}
