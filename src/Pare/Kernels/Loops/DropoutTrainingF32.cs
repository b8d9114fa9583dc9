using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>Dropout in training: the generator's numbers four at a time, and products in double as the definition's, so bits are equal.</summary>
internal sealed class DropoutTrainingF32() : FloatKernel<DropoutTraining>("dropout-training.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(DropoutTraining op, KernelQuery query) =>
        query.ReadsValuesOnly() && query.IsFloat(1) ? new Planned(op, query.Outputs[0].Shape.Elements, query.Cpu) : null;

    private sealed unsafe class Planned(DropoutTraining op, long count, CpuFeatures cpu) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop(2 * count, cpu.HasAvx2 ? 1 : 2);

        public override void Run(in KernelArguments arguments)
        {
            double ratio = arguments.Input(1)[0];
            ReadOnlySpan<long> position = arguments.Inputs[2]!.As<long>();
            fixed (float* x = arguments.Input(0), y = arguments.Output(0))
            {
                arguments.Pool.Run(SliceJob.Slices(count), new SliceJob
                {
                    X = x,
                    Y = y,
                    Count = count,
                    Origin = Rng.Origin(unchecked((ulong)position[0]), op.StreamOf(position)),
                    // A number is k / 2^24 of a whole k, so it is below the ratio where k is below this; a ratio that is NaN drops nothing.
                    Below = ratio > 0 ? (uint)Math.Ceiling(Math.Min(1, ratio) * (1 << 24)) : 0,
                    Scale = ratio < 1 ? 1 / (1 - ratio) : 0,
                    Fast = cpu.HasAvx2,
                });
            }
        }
    }

    private unsafe struct SliceJob : ISliceJob
    {
        private const int Floats = 1 << 13;
        public float* X;
        public float* Y;
        public long Count;
        public ulong Origin;
        public uint Below;
        public double Scale;
        public bool Fast;

        public static int Slices(long count) => (int)((count + Floats - 1) / Floats);

        public readonly void Execute(int slice, int worker)
        {
            long first = (long)slice * Floats;
            var length = (int)Math.Min(Floats, Count - first);
            ulong state = unchecked(Origin + Rng.Weyl * ((ulong)first + 1));
            int done = Fast ? Fours(X + first, Y + first, length, state) : 0;
            for (int i = done; i < length; i++)
                Y[first + i] = Rng.Mix(unchecked(state + Rng.Weyl * (ulong)i)) >> 40 < Below ? 0 : (float)(X[first + i] * Scale);
        }

        // Four generator states, 64 bits each. Returns how many numbers are done.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly int Fours(float* x, float* y, int length, ulong start)
        {
            if (!Avx2.IsSupported)
                throw new PlatformNotSupportedException();
            Vector256<ulong> state = Vector256.Create(start) + Vector256<ulong>.Indices * Rng.Weyl;
            Vector256<ulong> step = Vector256.Create(unchecked(4 * Rng.Weyl)), below = Vector256.Create((ulong)Below);
            Vector256<double> scale = Vector256.Create(Scale);
            int i = 0;
            for (; i + 4 <= length; i += 4, state += step)
            {
                Vector256<ulong> z = (state ^ (state >> 30)) * Rng.FirstFactor;
                z = (z ^ (z >> 27)) * Rng.SecondFactor;
                z ^= z >> 31;
                // Both sides are below 2^25, so that signed comparison is right.
                Vector256<long> stays = ~Vector256.LessThan((z >> 40).AsInt64(), below.AsInt64());
                Vector256<double> product = Avx.ConvertToVector256Double(Vector128.Load(x + i)) * scale;
                Avx.ConvertToVector128Single(product & stays.AsDouble()).Store(y + i);
            }
            return i;
        }
    }
}
