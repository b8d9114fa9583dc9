using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Bits;

/// <summary>Signs of floats, packed along the last axis: a comparison gives a bit for each lane.</summary>
/// <param name="last">Of images with channels last; otherwise where the last axis is the packed one as it is.</param>
internal sealed class BinarizeF32(bool last) : OperatorKernel<Binarize>(last ? "binarize.last.f32" : "binarize.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => last;

    /// <inheritdoc/>
    protected override bool TakesTypes(KernelQuery query) => query.IsFloat(0) && query.Outputs[0].DType == DType.U32;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Binarize op, KernelQuery query)
    {
        Shape x = query.ShapeOf(0);
        if (query.Weight(0) is not null || (last ? op.Axis != 1 : op.Axis != x.Rank - 1)) return null;
        return new Planned(x.Fixed[^1], (int)(x.Elements / x.Fixed[^1]), query.Cpu);
    }

    private sealed unsafe class Planned(int channels, int pixels, CpuFeatures cpu) : PlannedKernel
    {
        private const int SliceFloats = 1 << 15;
        private readonly int _pixelsOfSlice = Math.Max(1, SliceFloats / channels);
        private readonly int _lanes = cpu.HasVector512 ? 16 : cpu.HasAvx2 ? 8 : cpu.HasVector128 ? 4 : 1;

        public override double Seconds => CostModel.Loop((double)channels * pixels);

        public override void Run(in KernelArguments arguments)
        {
            fixed (byte* y = arguments.Outputs[0].Bytes)
            fixed (float* x = arguments.Input(0))
                arguments.Pool.Run((pixels + _pixelsOfSlice - 1) / _pixelsOfSlice, new Job { Of = this, X = x, Y = (uint*)y });
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Pack(float* x, uint* y, int count)
        {
            for (; count > 0; count--)
            {
                int left = channels;
                for (; left >= Signs.WordBits; left -= Signs.WordBits, x += Signs.WordBits)
                    *y++ = Word(x);
                if (left == 0) continue;
                uint word = 0;
                for (int i = 0; i < left; i++)
                    word |= x[i] >= 0 ? 1u << i : 0;
                *y++ = word;
                x += left;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private uint Word(float* x)
        {
            uint word = 0;
            switch (_lanes)
            {
                case 16:
                    for (int i = 0; i < Signs.WordBits; i += 16)
                        word |= (uint)Vector512.GreaterThanOrEqual(Vector512.Load(x + i), Vector512<float>.Zero).ExtractMostSignificantBits() << i;
                    return word;
                case 8:
                    for (int i = 0; i < Signs.WordBits; i += 8)
                        word |= Vector256.GreaterThanOrEqual(Vector256.Load(x + i), Vector256<float>.Zero).ExtractMostSignificantBits() << i;
                    return word;
                case 4:
                    for (int i = 0; i < Signs.WordBits; i += 4)
                        word |= Vector128.GreaterThanOrEqual(Vector128.Load(x + i), Vector128<float>.Zero).ExtractMostSignificantBits() << i;
                    return word;
                default:
                    for (int i = 0; i < Signs.WordBits; i++)
                        word |= x[i] >= 0 ? 1u << i : 0;
                    return word;
            }
        }

        private struct Job : ISliceJob
        {
            public Planned Of;
            public float* X;
            public uint* Y;

            public readonly void Execute(int slice, int worker)
            {
                int first = slice * Of._pixelsOfSlice;
                Of.Pack(X + (nint)first * Of.Channels, Y + (nint)first * Signs.Words(Of.Channels), Math.Min(Of._pixelsOfSlice, Of.Pixels - first));
            }
        }

        private int Channels => channels;

        private int Pixels => pixels;
    }
}
