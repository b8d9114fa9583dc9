using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pare.Kernels.Convolutions.Last;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Coded;

/// <summary>What a run of <see cref="CodedProduct"/> reads and writes.</summary>
internal unsafe struct CodedOperands
{
    /// <summary>[rows, depth].</summary>
    public float* X;

    /// <summary>[rows, columns].</summary>
    public float* Y;

    /// <summary>Null, or what the sums of a column start from.</summary>
    public float* Bias;

    /// <summary>Whether results are kept within [<see cref="Low"/>, <see cref="High"/>].</summary>
    public bool Clip;

    /// <summary>The lower bound when clipping.</summary>
    public float Low;

    /// <summary>The upper bound when clipping.</summary>
    public float High;
}

/// <summary>y = clip(bias + x w), fp32, where w stays in memory as codes of a few bits.</summary>
/// <remarks>
/// <para>A few rows: codes become numbers in registers, once for all rows, and scales multiply sums. Bound by arithmetic where the dense product is
/// bound by reading its matrix. More rows: panels of columns become floats in the first cache, and the dense product runs on them.</para>
/// <para>Each result differs from the definition's by at most <see cref="ErrorOf"/> times the sum of |x| |w|. It depends on shapes alone,
/// not on threads.</para>
/// </remarks>
internal sealed unsafe class CodedProduct
{
    private const int MostSlices = 64;
    private const int MostWidth = 64;
    private const int MatrixRows = 288;      // rows that share what is decoded
    private const double DecodingRows = 2;   // what decoding takes, in rows of multiply-adds
    private readonly int _m, _n, _k;
    private readonly CpuFeatures _cpu;
    private readonly CodeLoops _loops;
    private readonly ImmutableArray<Panel> _panels;
    private PackedFloats? _packed;
    private Source? _source;

    /// <summary>Decides how the work is cut.</summary>
    /// <param name="weight">[columns, depth], or [depth, columns].</param>
    /// <param name="transposed">True for the former.</param>
    /// <param name="m">Rows of x and y.</param>
    /// <param name="n">Columns of w and y.</param>
    /// <param name="k">Columns of x and rows of w.</param>
    /// <param name="cpu">What the processor may be used for.</param>
    public CodedProduct(CodedWeight weight, bool transposed, int m, int n, int k, CpuFeatures cpu)
    {
        (_m, _n, _k, _cpu, _loops) = (m, n, k, cpu, CodeLoops.Of(cpu));
        _panels = PanelsOf(n, _loops);
        Panels = new CodedPanels(weight, !transposed, groups: 1, n, k, taps: 1, _panels, _loops);
    }

    /// <summary>The weight's layout.</summary>
    public CodedPanels Panels { get; }

    /// <summary>Whether codes become numbers in registers, for some rows at a time.</summary>
    public bool InRegisters => _m <= (_cpu.HasVector512 ? 3 : 2) * CodeLoops.MostRows;

    /// <summary>The stated bound on errors, see the remarks of this class.</summary>
    /// <param name="depth">Terms of a sum.</param>
    public static float ErrorOf(int depth) => 6e-8f * (depth + 4);

    /// <summary>The predicted time of a run.</summary>
    public double Seconds
    {
        get
        {
            double weights = (double)(_panels[^1].Start + _panels[^1].Width) * _k, bytes = sizeof(float) * (double)Panels.PackedFloats;
            if (InRegisters) return CostModel.Codes(_m, Passes, weights, bytes, Panels.Look, _cpu);
            double times = Blocks.CeilDiv(_m, MatrixRows);
            return CostModel.Product((double)_m * _n * _k, (double)_m * _k + (double)_m * _n + bytes / sizeof(float), _cpu) + CostModel.Decoding(times * weights, Panels.Look, _cpu);
        }
    }

    /// <summary>Bytes of scratch for a run on so many threads.</summary>
    public long ScratchBytes(int threads) => InRegisters ? 0 : MatrixProduct.ScratchBytes(_m, _n, _k, _cpu, threads);

    /// <summary>Takes the packed weight, which stays alive with this object.</summary>
    public void Hold(PackedFloats packed)
    {
        _packed = packed;
        _source = new Source(this);
    }

    /// <summary>Computes y; the weight is held.</summary>
    public void Run(in CodedOperands o, WorkerPool pool, byte* scratch)
    {
        if (InRegisters)
        {
            double work = SliceWork.MultiplyAdds((double)_n * _k * (_m + DecodingRows * Passes));
            FewRowsJob job = new() { Product = this, Operands = o, Slices = SliceWork.Count(work, Math.Min(MostSlices, _panels.Length)) };
            pool.Run(job.Slices, job);
            return;
        }
        Product product = Product.Dense(_m, _n, _k, o.X, null, o.Y);
        product.Columns = _source;
        product.ColumnBias = o.Bias;
        (product.Clip, product.Low, product.High) = (o.Clip, o.Low, o.High);
        MatrixProduct.Run(product, _cpu, pool, scratch);
    }

    // Each turns the codes into numbers once more.
    private int Passes => Blocks.CeilDiv(_m, CodeLoops.MostRows);

    // Whole panels of the most vectors; what is left in one of two where it fits.
    private static ImmutableArray<Panel> PanelsOf(int columns, CodeLoops loops)
    {
        int wide = loops.MostVectors * loops.Lanes, narrow = 2 * loops.Lanes;
        var panels = ImmutableArray.CreateBuilder<Panel>(Blocks.CeilDiv(columns, wide));
        for (int first = 0; first < columns; first += wide)
        {
            int count = Math.Min(wide, columns - first), width = count <= narrow ? narrow : wide;
            panels.Add(new Panel(first, count, width / loops.Lanes, width, first));
        }
        return panels.MoveToImmutable();
    }

    private struct FewRowsJob : ISliceJob
    {
        public CodedProduct Product;
        public CodedOperands Operands;
        public int Slices;

        public readonly void Execute(int slice, int worker)
        {
            int panels = Product._panels.Length;
            for (int p = (int)((long)panels * slice / Slices), end = (int)((long)panels * (slice + 1) / Slices); p < end; p++)
                Product.Few(Operands, p);
        }
    }

    // Sums lie on the stack between segments: of a panel that is not full, more of them than columns.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Few(in CodedOperands o, int index)
    {
        Panel panel = _panels[index];
        float* sums = stackalloc float[CodeLoops.MostRows * MostWidth];
        for (int pass = 0, first = 0, passes = Passes; pass < passes; pass++)
        {
            int end = (int)((long)_m * (pass + 1) / passes), rows = end - first;
            for (int r = 0; r < rows; r++)
            {
                Span<float> row = new(sums + r * panel.Width, panel.Width);
                row.Clear();
                if (o.Bias != null) new Span<float>(o.Bias + panel.Channel, panel.Channels).CopyTo(row);
            }
            Panels.Multiply(_packed!.Floats, index, rows, o.X + (nint)first * _k, _k, sums, panel.Width);
            for (int r = 0; r < rows; r++) Store(o, sums + r * panel.Width, o.Y + (nint)(first + r) * _n + panel.Channel, panel.Channels);
            first = end;
        }
    }

    private static void Store(in CodedOperands o, float* from, float* to, int count)
    {
        if (!o.Clip)
        {
            new Span<float>(from, count).CopyTo(new Span<float>(to, count));
            return;
        }
        for (int i = 0; i < count; i++) to[i] = from[i] < o.Low ? o.Low : from[i] > o.High ? o.High : from[i];
    }

    private sealed class Source(CodedProduct product) : ColumnSource
    {
        private readonly int _columns = MatrixProduct.Columns(product._cpu), _wide = product._loops.MostVectors * product._loops.Lanes;

        public override void Columns(int k, int depth, int column, float* to)
        {
            for (int done = 0; done < _columns;)
            {
                (int index, int lane) = Math.DivRem(column + done, _wide);
                int width = index < product._panels.Length ? Math.Min(_columns - done, product._panels[index].Width - lane) : 0;
                if (width <= 0)
                {
                    for (int i = 0; i < depth; i++) new Span<float>(to + (nint)i * _columns + done, _columns - done).Clear();
                    return;
                }
                product.Panels.Decode(product._packed!.Floats, 0, index, lane, width / product._loops.Lanes, k, depth, to + done, _columns);
                done += width;
            }
        }
    }
}
