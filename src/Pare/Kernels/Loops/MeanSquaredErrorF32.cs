using Pare.Kernels.Products;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>The mean squared error: slices of 16,384 numbers in 64 fixed lanes, their sums in double, in order.</summary>
internal sealed class MeanSquaredErrorF32() : FloatKernel<MeanSquaredError>("mean-squared-error.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(MeanSquaredError op, KernelQuery query) =>
        query.ReadsValuesOnly() && query.ShapeOf(0).Elements > 0 ? new Planned(query.ShapeOf(0).Elements) : null;

    private sealed unsafe class Planned(long count) : PlannedKernel
    {
        private readonly int _slices = (int)((count + SliceJob.Floats - 1) / SliceJob.Floats);

        public override long ScratchBytes => _slices * (long)sizeof(float);

        public override double Seconds => CostModel.Loop(2 * count);

        public override void Run(in KernelArguments arguments)
        {
            double sum = 0;
            fixed (float* prediction = arguments.Input(0), target = arguments.Input(1))
            fixed (byte* scratch = arguments.Scratch)
            {
                var sums = (float*)scratch;
                arguments.Pool.Run(_slices, new SliceJob { Prediction = prediction, Target = target, Sums = sums, Count = count });
                for (int slice = 0; slice < _slices; slice++)
                    sum += sums[slice];
            }
            arguments.Output(0)[0] = (float)(sum / count);
        }
    }

    private unsafe struct SliceJob : ISliceJob
    {
        public const int Floats = 1 << 14;
        public float* Prediction;
        public float* Target;
        public float* Sums;
        public long Count;

        public readonly void Execute(int slice, int worker)
        {
            long first = (long)slice * Floats;
            Sums[slice] = Lanes.SquaredDifferences(Prediction + first, Target + first, (int)Math.Min(Floats, Count - first));
        }
    }
}
