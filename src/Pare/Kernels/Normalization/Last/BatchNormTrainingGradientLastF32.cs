using Pare.Operators;

namespace Pare.Kernels.Normalization.Last;

/// <summary>Gradients of batch normalization in training, of images with channels last; the gradient of a rectifier or clip before it within it.</summary>
internal sealed class BatchNormTrainingGradientLastF32() : FloatKernel<BatchNormTrainingGradient>("batch-norm-training-gradient.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override bool TakesGate => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BatchNormTrainingGradient op, KernelQuery query) =>
        query.ReadsValuesOnly() && Enumerable.Range(1, query.Inputs.Length - 1).All(query.IsFloat) && query.Layout() is { } layout
        && layout.IsImage(0) && layout.IsImage(1) && layout.IsResult(0) ? new Planned(query) : null;

    private sealed unsafe class Planned(KernelQuery query) : PlannedKernel
    {
        private readonly int _channels = query.Dims(0)[^1];
        private readonly BatchNormLast _norm = new(query.ShapeOf(0).Elements / query.Dims(0)[^1], query.Dims(0)[^1], query.Cpu);
        private readonly Gated? _gate = query.Gate();

        public override long ScratchBytes => _norm.ScratchBytes;

        public override double Seconds => CostModel.Loop(5 * query.Outputs[0].Shape.Elements);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), x = arguments.Input(1), scale = arguments.Input(2), mean = arguments.Input(3), inverse = arguments.Input(4))
            fixed (float* gate = _gate is null ? [] : arguments.Input(_gate.MainInputs), dx = arguments.Output(0))
            fixed (float* gated = _gate is not null && query.Wants(_gate.MainOutputs) ? arguments.Output(_gate.MainOutputs) : [])
            fixed (byte* scratch = arguments.Scratch)
            {
                BatchNormLast.Backward backward = new()
                {
                    Dy = dy,
                    X = x,
                    Scale = scale,
                    Mean = mean,
                    Inverse = inverse,
                    Dx = dx,
                    Gate = gate,
                    Range = _gate is null ? ChannelLoops.Range.All : new ChannelLoops.Range(_gate.Low, _gate.High),
                    Gated = gated,
                };
                _norm.Run(ref backward, scratch, arguments.Pool);
                if (query.Wants(1)) new Span<float>(backward.DScale, _channels).CopyTo(arguments.Output(1));
                if (query.Wants(2)) new Span<float>(backward.DShift, _channels).CopyTo(arguments.Output(2));
            }
        }
    }
}
