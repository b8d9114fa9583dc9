using Pare.Threading;

using Pare.Operators;

namespace Pare.Kernels.Convolutions;

/// <summary>Convolutions of one and two spatial axes as implicit products. Constant weights of any encoding are decoded and packed once.</summary>
internal sealed class ConvF32() : FloatKernel<Conv>("conv.f32")
{
    /// <inheritdoc/>
    protected override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Conv op, KernelQuery query) =>
        query.IsFloat(1) && query.Epilogue() is not { Residual: true } && ConvShapes.Of(op, query.ShapeOf(0), query.ShapeOf(1)) is { } shape ? new Planned(shape, query) : null;

    private sealed unsafe class Planned(ConvShape shape, KernelQuery query) : PlannedKernel
    {
        private readonly ConvForward _forward = new(shape, query.Cpu);
        private readonly Fused? _epilogue = query.Epilogue();
        private readonly WeightEncoding? _weight = query.Weight(1);
        private readonly WeightEncoding? _biasWeight = query.Weight(2);
        private PackedFloats? _packed;
        private PackedFloats? _bias;

        public override long PackedBytes => (_weight is null ? 0 : PackedFloats.BytesOf(_forward.PackedFloats)) + PackedFloats.BytesOf(_biasWeight);

        public override long ScratchBytes => _forward.ScratchBytes(query.Threads, packed: _weight is not null);

        public override double Seconds => CostModel.Product(shape.MultiplyAdds, shape.AllFloats, query.Cpu);

        public override void Pack()
        {
            _bias = query.Decoded(2);
            if (_weight is not null)
                _packed = query.Packed(1, _forward.Layout, _forward.PackedFloats, (from, _, to) => _forward.Pack(from, to, WorkerPool.Shared(1)));
        }

        public override void Run(in KernelArguments arguments)
        {
            Tensor? weight = arguments.Inputs[1], bias = arguments.Inputs.Length > 2 ? arguments.Inputs[2] : null;
            fixed (float* x = arguments.Input(0), y = arguments.Output(0), w = weight is null ? [] : weight.Floats, b = bias is null ? [] : bias.Floats)
            fixed (byte* scratch = arguments.Scratch)
            {
                ImplicitOperands operands = new()
                {
                    Source = x,
                    Destination = y,
                    PackedWeights = _packed is null ? null : _packed.Floats,
                    Bias = _bias is null ? b : _bias.Floats,
                    Clip = _epilogue is not null,
                    Low = _epilogue?.Low ?? 0,
                    High = _epilogue?.High ?? 0,
                };
                _forward.Run(operands, w, arguments.Pool, scratch);
            }
        }
    }
}
