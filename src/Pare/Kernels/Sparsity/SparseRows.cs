using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Sparsity;

/// <summary>A few rows times a sparse matrix: y[m, o] = clip(bias[o] + sum over nonzeros i of o: x[m, index[i]] * value[i]), bound by reading the nonzeros.</summary>
/// <remarks>
/// <para>16 outputs of about as many nonzeros lie side by side, [i][16 values][16 indices of 16 bits]: lanes are outputs, x is gathered from the first cache. What one
/// output has beyond the fewest of its group follows behind, so that not a number is padded. Every sum adds its terms by ascending index, in fused steps
/// where the processor has them.</para>
/// <para>With AVX-512 groups that are not too sparse are stored by windows instead, see <see cref="SparseWindows"/>, and weights of the pattern 2:4 by quads, see <see cref="SparseQuads"/>: there a number of x that is infinite or NaN may
/// also reach outputs that do not depend on it, as it does by the definition, which multiplies it by 0.</para>
/// </remarks>
internal sealed unsafe class SparseRows
{
    /// <summary>Most rows.</summary>
    public const int MostRows = 4;

    private const int Lanes = 16;
    private const int StepBytes = Lanes * (sizeof(float) + sizeof(ushort));
    private const int Ahead = 2048;          // bytes; the processor's own prefetching stops at each page
    private const int MostSlices = 64;
    private const int LanesAt = 4, HeaderInts = LanesAt + 2 * Lanes;   // start in bytes (64 bits), common numbers, steps; per lane: output or -1, numbers beyond the common ones
    private const int StepsAt = 3;           // of the header: steps of windows, 0 where x is gathered
    private const int ByQuads = -1;          // in its place
    private const double LeastDensity = 0.07; // that windows pay
    private const int Pad = 64;              // groups begin on a cache line

    private readonly int _rows, _outputs, _inputs, _nonzeros, _slices;
    private readonly bool _gathers, _hasWindows, _hasQuads;

    /// <summary>Decides how the work is cut.</summary>
    /// <param name="rows">1 to <see cref="MostRows"/>.</param>
    /// <param name="outputs">Columns of the matrix.</param>
    /// <param name="inputs">Its rows, at most 65536.</param>
    /// <param name="nonzeros">Most numbers that are not 0.</param>
    /// <param name="byQuads">Each output has at most two of every four inputs.</param>
    /// <param name="cpu">What the processor may be used for.</param>
    public SparseRows(int rows, int outputs, int inputs, int nonzeros, bool byQuads, CpuFeatures cpu)
    {
        (_rows, _outputs, _inputs, _nonzeros, _gathers) = (rows, outputs, inputs, nonzeros, cpu.HasAvx2);
        _hasQuads = cpu.HasVector512 && byQuads;
        _hasWindows = cpu.HasVector512 && !byQuads && nonzeros >= LeastDensity * outputs * inputs;
        _slices = SliceWork.Count(SliceWork.Floats(3.0 * nonzeros), Math.Min(MostSlices, Groups));
    }

    /// <summary>Numbers that the packed matrix takes, the bias before it.</summary>
    public long PackedFloats => Header + (long)Groups * HeaderInts + (long)(NumberBytes + (long)Groups * 2 * Pad) / sizeof(float) + 16;

    /// <summary>Bytes of scratch of a run.</summary>
    public long ScratchBytes => _hasWindows || _hasQuads ? Scratch.Bytes((long)_rows * PaddedInputs) : 0;

    /// <summary>Names all that the packed matrix depends on.</summary>
    public string Packing => $"sparse rows {_outputs} of {_inputs}{(_hasWindows ? " by windows" : _hasQuads ? " by quads" : "")}";

    /// <summary>True for products that this takes.</summary>
    public static bool Fits(int rows, int inputs) => rows <= MostRows && inputs <= ushort.MaxValue + 1;

    /// <summary>The predicted time of a run.</summary>
    public double Seconds(KernelQuery query) => CostModel.SparseRows(_nonzeros, _rows, _hasQuads, query);

    /// <summary>True where it pays to look whether each output has at most two of every four inputs.</summary>
    public static bool MayHaveQuads(long nonzeros, long numbers) => nonzeros <= 0.51 * numbers && nonzeros >= 0.33 * numbers;

    private double NumberBytes => _hasQuads ? (double)Groups * SparseQuads.BytesOf(_inputs) : _nonzeros * (_hasWindows ? SparseWindows.MostBytes : 6);

    private int PaddedInputs => Blocks.RoundUp(_inputs, Lanes) + SparseWindows.Length;

    private int Groups => Blocks.CeilDiv(_outputs, Lanes);

    private int Header => Blocks.RoundUp(_outputs, Lanes);

    /// <summary>Packs.</summary>
    /// <param name="nonzeros">The matrix.</param>
    /// <param name="bias">Null, or [outputs].</param>
    /// <param name="packed">Room for <see cref="PackedFloats"/>: biases, the header of each group, then the groups.</param>
    public void Pack(Nonzeros nonzeros, float* bias, float* packed)
    {
        for (int o = 0; o < Header; o++) packed[o] = bias == null || o >= _outputs ? 0 : bias[o];
        (int[] starts, int[] order) = nonzeros.ByOutput(_outputs);
        if (starts[^1] > _nonzeros) throw new InvalidOperationException($"The weight has more than the {_nonzeros} numbers that it stores.");
        int[] outputs = [.. Enumerable.Range(0, _outputs).OrderBy(o => starts[o + 1] - starts[o])];
        int* header = (int*)packed + Header;
        byte* data = (byte*)(packed + Header + (long)Groups * HeaderInts);
        byte* at = data;
        for (int group = 0; group < Groups; group++, header += HeaderInts)
        {
            at = (byte*)(((nint)at + Pad - 1) & -Pad);
            *(long*)header = at - (byte*)packed;
            int first = group * Lanes, count = Math.Min(Lanes, _outputs - first);
            (header[2], header[StepsAt]) = (0, 0);
            for (int lane = 0; lane < Lanes; lane++) (header[LanesAt + 2 * lane], header[LanesAt + 2 * lane + 1]) = (lane < count ? outputs[first + lane] : -1, 0);
            if (_hasQuads)
            {
                header[StepsAt] = ByQuads;
                SparseQuads.Pack(nonzeros, starts, order, outputs.AsSpan(first, count), _inputs, at);
                at += SparseQuads.BytesOf(_inputs);
                continue;
            }
            if (_hasWindows && SparseWindows.Pack(nonzeros, starts, order, outputs.AsSpan(first, count), at, out int steps))
            {
                header[StepsAt] = steps;
                at += SparseWindows.BytesOf(steps);
                continue;
            }
            // Of a group that is not full no numbers are common.
            int common = count < Lanes ? 0 : starts[outputs[first] + 1] - starts[outputs[first]];
            header[2] = common;
            for (int lane = 0; lane < count; lane++)
                header[LanesAt + 2 * lane + 1] = starts[outputs[first + lane] + 1] - starts[outputs[first + lane]] - common;
            for (int i = 0; i < common; i++, at += StepBytes)
                for (int lane = 0; lane < Lanes; lane++)
                    Put(at, lane, order[starts[outputs[first + lane]] + i]);
            for (int lane = 0; lane < count; lane++)
            {
                int o = outputs[first + lane];
                for (int i = starts[o] + common; i < starts[o + 1]; i++, at += sizeof(float) + sizeof(ushort))
                {
                    Unsafe.WriteUnaligned(at, nonzeros.Values[order[i]]);
                    Unsafe.WriteUnaligned(at + sizeof(float), nonzeros.Inputs[order[i]]);
                }
            }
        }

        void Put(byte* step, int lane, int index)
        {
            ((float*)step)[lane] = nonzeros.Values[index];
            ((ushort*)(step + Lanes * sizeof(float)))[lane] = nonzeros.Inputs[index];
        }
    }

    /// <summary>Computes y.</summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="packed">As <see cref="Pack"/> left it.</param>
    /// <param name="y">[rows, outputs].</param>
    /// <param name="low">The least result.</param>
    /// <param name="high">The largest result.</param>
    /// <param name="pool">Threads.</param>
    /// <param name="scratch">At least <see cref="ScratchBytes"/>.</param>
    public void Run(float* x, float* packed, float* y, float low, float high, WorkerPool pool, byte* scratch)
    {
        int step = _inputs;
        if (_hasWindows || _hasQuads)
        {
            // Windows are read aligned and as a whole: zeros stand behind each row.
            step = PaddedInputs;
            float* padded = new Scratch(scratch).Take((long)_rows * step);
            for (int m = 0; m < _rows; m++)
            {
                new Span<float>(x + (nint)m * _inputs, _inputs).CopyTo(new Span<float>(padded + (nint)m * step, _inputs));
                new Span<float>(padded + (nint)m * step + _inputs, step - _inputs).Clear();
            }
            x = padded;
        }
        pool.Run(_slices, new Job { Rows = this, X = x, Step = step, Packed = packed, Y = y, Low = low, High = high });
    }

    private struct Job : ISliceJob
    {
        public SparseRows Rows;
        public float* X;
        public int Step;
        public float* Packed;
        public float* Y;
        public float Low;
        public float High;

        public readonly void Execute(int slice, int worker)
        {
            int end = (int)((long)Rows.Groups * (slice + 1) / Rows._slices);
            float* sums = stackalloc float[MostRows * Lanes];
            for (int g = (int)((long)Rows.Groups * slice / Rows._slices); g < end; g++)
            {
                int* header = (int*)Packed + Rows.Header + (nint)g * HeaderInts;
                byte* numbers = (byte*)Packed + *(long*)header;
                for (int lane = 0; lane < Lanes; lane++)
                {
                    int o = header[LanesAt + 2 * lane];
                    for (int m = 0; m < Rows._rows; m++) sums[m * Lanes + lane] = o < 0 ? 0 : Packed[o];
                }
                for (int m = 0; m < Rows._rows; m++)
                {
                    if (header[StepsAt] == ByQuads) SparseQuads.Run(X + (nint)m * Step, numbers, Rows._inputs, sums + m * Lanes);
                    else if (header[StepsAt] > 0) SparseWindows.Run(X + (nint)m * Step, numbers, header[StepsAt], sums + m * Lanes);
                    else if (Rows._gathers) Gathered(X + (nint)m * Step, numbers, header[2], sums + m * Lanes);
                    else OneByOne(X + (nint)m * Step, numbers, header[2], sums + m * Lanes);
                }
                End(header, numbers + (nint)header[2] * StepBytes, sums);
            }
        }

        // What outputs have of their own, and their bounds.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void End(int* header, byte* rest, float* sums)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                int o = header[LanesAt + 2 * lane];
                if (o < 0) break;
                for (int i = header[LanesAt + 2 * lane + 1]; i > 0; i--, rest += sizeof(float) + sizeof(ushort))
                {
                    float value = Unsafe.ReadUnaligned<float>(rest);
                    ushort index = Unsafe.ReadUnaligned<ushort>(rest + sizeof(float));
                    for (int m = 0; m < Rows._rows; m++)
                        sums[m * Lanes + lane] = float.MultiplyAddEstimate(value, X[(nint)m * Step + index], sums[m * Lanes + lane]);
                }
                for (int m = 0; m < Rows._rows; m++) Y[(nint)m * Rows._outputs + o] = MathF.Min(MathF.Max(sums[m * Lanes + lane], Low), High);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Gathered(float* x, byte* numbers, int count, float* sums)
        {
            if (!Avx2.IsSupported || !Fma.IsSupported)
                throw new PlatformNotSupportedException();
            Vector256<float> a = Vector256.Load(sums), b = Vector256.Load(sums + 8);
            for (byte* end = numbers + (nint)count * StepBytes; numbers < end; numbers += StepBytes)
            {
                Sse.Prefetch0(numbers + Ahead);
                ushort* indices = (ushort*)(numbers + Lanes * sizeof(float));
                Vector256<int> i = Avx2.ConvertToVector256Int32(indices), j = Avx2.ConvertToVector256Int32(indices + 8);
                a = Fma.MultiplyAdd(Vector256.Load((float*)numbers), Avx2.GatherVector256(x, i, sizeof(float)), a);
                b = Fma.MultiplyAdd(Vector256.Load((float*)numbers + 8), Avx2.GatherVector256(x, j, sizeof(float)), b);
            }
            a.Store(sums);
            b.Store(sums + 8);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void OneByOne(float* x, byte* numbers, int count, float* sums)
        {
            for (byte* end = numbers + (nint)count * StepBytes; numbers < end; numbers += StepBytes)
            {
                ushort* indices = (ushort*)(numbers + Lanes * sizeof(float));
                for (int lane = 0; lane < Lanes; lane++)
                    sums[lane] = float.MultiplyAddEstimate(((float*)numbers)[lane], x[indices[lane]], sums[lane]);
            }
        }
    }
}
