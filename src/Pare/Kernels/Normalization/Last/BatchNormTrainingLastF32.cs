using Pare.Operators;

namespace Pare.Kernels.Normalization.Last;

/// <summary>Batch normalization with the statistics of the batch, of images with channels last; a residual and a clip within it.</summary>
internal sealed class BatchNormTrainingLastF32() : FloatKernel<BatchNormTraining>("batch-norm-training.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BatchNormTraining op, KernelQuery query) =>
        query.Weight(0) is null && NormParameters.AreFloats(query, 1, 4) && query.Layout() is { Results: 1 } layout && layout.IsImage(0)
            ? new Planned(op, query) : null;

    private sealed unsafe class Planned(BatchNormTraining op, KernelQuery query) : PlannedKernel
    {
        private readonly int _channels = query.Dims(0)[^1];
        private readonly BatchNormLast _norm = new(query.ShapeOf(0).Elements / query.Dims(0)[^1], query.Dims(0)[^1], query.Cpu);
        private readonly NormParameters _parameters = new(query, 1, 4);
        private readonly Fused? _epilogue = query.Epilogue();

        public override long PackedBytes => _parameters.Bytes;

        public override long ScratchBytes => _norm.ScratchBytes;

        public override double Seconds => CostModel.Loop(3 * query.Outputs[0].Shape.Elements);

        public override void Pack() => _parameters.Pack();

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* x = arguments.Input(0), y = arguments.Output(0), residual = arguments.Residual(_epilogue))
            fixed (float* scale = _parameters.Of(arguments, 1), shift = _parameters.Of(arguments, 2))
            fixed (byte* scratch = arguments.Scratch)
            {
                BatchNormLast.Forward forward = new()
                {
                    X = x,
                    Y = y,
                    Scale = scale,
                    Shift = shift,
                    Epsilon = op.Epsilon,
                    Residual = residual,
                    Range = _epilogue is { } e ? new ChannelLoops.Range(e.Low, e.High) : ChannelLoops.Range.All,
                };
                _norm.Run(ref forward, scratch, arguments.Pool);
                if (query.Wants(1)) new Span<float>(forward.Mean, _channels).CopyTo(arguments.Output(1));
                if (query.Wants(2)) new Span<float>(forward.Inverse, _channels).CopyTo(arguments.Output(2));
                if (query.Wants(3)) Blend(_parameters.Of(arguments, 3), forward.Mean, arguments.Output(3));
                if (query.Wants(4)) Blend(_parameters.Of(arguments, 4), forward.Variance, arguments.Output(4));
            }
        }

        private void Blend(ReadOnlySpan<float> old, float* batch, Span<float> blended)
        {
            for (int c = 0; c < old.Length; c++)
                blended[c] = (float)((double)op.Momentum * old[c] + (1 - (double)op.Momentum) * batch[c]);
        }
    }
}
