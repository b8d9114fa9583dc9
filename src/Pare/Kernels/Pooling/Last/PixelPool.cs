using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Bands;
using Pare.Kernels.Products;
using Pare.Kernels.Vectors;
using Pare.Threading;

namespace Pare.Kernels.Pooling.Last;

/// <summary>Pooling of images with channels last: x [Batch, Height, Width, C] -> y [Batch, OutHeight, OutWidth, C]. Slices of output rows.</summary>
/// <remarks>
/// Vectors run over channels; the widest that fit into a pixel are taken, and the last ones overlap those before: nothing is masked.
/// Windows of three columns are folded column by column, so that neighbours share columns. Every level and thread count adds in one order.
/// </remarks>
/// <param name="shape">The sizes; its planes are the pictures.</param>
/// <param name="channels">C.</param>
/// <param name="cpu">What may be used.</param>
internal sealed unsafe class PixelPool<TFold>(PoolShape shape, int channels, CpuFeatures cpu) : PlannedKernel, IBandKernel where TFold : struct, IPixelFold
{
    private const int SliceFloats = 1 << 15;

    /// <inheritdoc/>
    public override double Seconds => CostModel.Loop((double)shape.Planes * channels * (shape.PlaneFloats + shape.OutPlaneFloats));

    /// <inheritdoc/>
    public override IBandKernel? Bands => this;

    /// <inheritdoc/>
    public BandGeometry Geometry => BandGeometry.Of(shape, channels, sizeof(float));

    /// <inheritdoc/>
    public long BandConstantBytes => 0;

    /// <inheritdoc/>
    public int ConstantReads => 0;

    /// <inheritdoc/>
    public void RunRows(in BandOperands operands, int picture, RowRange rows)
    {
        float* x = (float*)operands.Source, y = (float*)operands.Destination;
        if (cpu.HasVector512 && channels >= 16)
            Rows<Ops512, Floats16>(x, y, picture, rows);
        else if (cpu.HasAvx2 && channels >= 8)
            Rows<Ops256, Floats8>(x, y, picture, rows);
        else if (cpu.HasVector128 && channels >= 4)
            Rows<Ops128, Vector128<float>>(x, y, picture, rows);
        else
            Rows<OpsScalar, float>(x, y, picture, rows);
    }

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        fixed (float* x = arguments.Input(0), y = arguments.Output(0))
        {
            if (cpu.HasVector512 && channels >= 16)
                Run<Ops512, Floats16>(x, y, arguments.Pool);
            else if (cpu.HasAvx2 && channels >= 8)
                Run<Ops256, Floats8>(x, y, arguments.Pool);
            else if (cpu.HasVector128 && channels >= 4)
                Run<Ops128, Vector128<float>>(x, y, arguments.Pool);
            else
                Run<OpsScalar, float>(x, y, arguments.Pool);
        }
    }

    private void Run<TOps, TVector>(float* x, float* y, WorkerPool pool) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        int rows = shape.Planes * shape.OutHeight, rowsPerSlice = Math.Max(1, SliceFloats / (shape.StrideY * shape.Width * channels));
        pool.Run((rows + rowsPerSlice - 1) / rowsPerSlice, new Job<TOps, TVector> { Pool = this, X = x, Y = y, Rows = rows, RowsPerSlice = rowsPerSlice });
    }

    private void Rows<TOps, TVector>(float* x, float* y, int picture, RowRange rows) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        (int height, int outHeight, nint line, nint outLine) = Lines();
        for (int row = rows.First; row < rows.End; row++)
            Row<TOps, TVector>(x + picture * height * line, y + ((nint)picture * outHeight + row) * outLine, row);
    }

    // One row of a picture.
    private void Row<TOps, TVector>(float* x, float* y, int oy) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        int startY = oy * shape.StrideY - shape.PadTop;
        (int firstY, int endY) = PoolShape.Inside(startY, shape.KernelHeight, shape.DilationY, shape.Height);
        nint line = (nint)shape.Width * channels;
        Band band = new()
        {
            Top = x + (startY + firstY * shape.DilationY) * line,
            Rows = endY - firstY,
            RowStep = shape.DilationY * line,
            Counted = TFold.IsMean ? shape.RowsCounted(oy) : 0,
        };
        int c = 0;
        for (; c + 2 * TOps.Lanes <= channels; c += 2 * TOps.Lanes)
            Block<TOps, TVector, N2>(band, c, y + c);
        for (; c < channels; c += TOps.Lanes)
        {
            int at = Math.Min(c, channels - TOps.Lanes);
            Block<TOps, TVector, N1>(band, at, y + at);
        }
    }

    // The rows of x that a row of windows reads.
    private struct Band
    {
        public float* Top;
        public int Rows;
        public nint RowStep;
        public float Counted;
    }

    // One or two vectors of channels of a row.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block<TOps, TVector, TVectors>(in Band band, int channel, float* y)
        where TOps : struct, IVectorOps<TVector> where TVector : unmanaged where TVectors : struct, ICount
    {
        TOps.Require();
        int kernel = shape.KernelWidth, reach = shape.Width - 1 - (kernel - 1) * shape.DilationX + shape.PadLeft;
        int first = Math.Min(shape.OutWidth, (shape.PadLeft + shape.StrideX - 1) / shape.StrideX);
        int end = Math.Max(first, reach < 0 ? 0 : Math.Min(shape.OutWidth, reach / shape.StrideX + 1));
        float whole = 1 / (band.Counted * kernel);
        for (int ox = 0; ox < shape.OutWidth; ox++)
        {
            if (ox == first && band.Rows > 0 && first < end)
            {
                float* from = band.Top + (ox * shape.StrideX - shape.PadLeft) * (nint)channels + channel;
                float* to = y + ox * (nint)channels;
                if (kernel == 3 && shape.DilationX == 1 && shape.StrideX <= 2)
                {
                    Strip<TOps, TVector, TVectors>(band, from, end - first, to, whole);
                }
                else
                {
                    for (int i = first; i < end; i++, from += shape.StrideX * (nint)channels, to += channels)
                        Window<TOps, TVector, TVectors>(band, from, kernel, to, whole);
                }
                ox = end;
                if (ox >= shape.OutWidth)
                    return;
            }
            int startX = ox * shape.StrideX - shape.PadLeft;
            (int firstX, int endX) = PoolShape.Inside(startX, kernel, shape.DilationX, shape.Width);
            Window<TOps, TVector, TVectors>(
                band, band.Top + (startX + firstX * shape.DilationX) * (nint)channels + channel, endX - firstX, y + ox * (nint)channels,
                TFold.IsMean ? 1 / (band.Counted * shape.ColumnsCounted(ox)) : 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Window<TOps, TVector, TVectors>(in Band band, float* from, int columns, float* to, float factor)
        where TOps : struct, IVectorOps<TVector> where TVector : unmanaged where TVectors : struct, ICount
    {
        if (columns == 0 || band.Rows == 0)
        {
            TOps.Store(to, TOps.Create(TFold.Nothing));
            if (TVectors.Value > 1) TOps.Store(to + TOps.Lanes, TOps.Create(TFold.Nothing));
            return;
        }
        nint step = shape.DilationX * (nint)channels;
        Column<TOps, TVector, TVectors>(band, from, out TVector a, out TVector b);
        for (int column = 1; column < columns; column++)
        {
            Column<TOps, TVector, TVectors>(band, from += step, out TVector nextA, out TVector nextB);
            a = TFold.Join<TOps, TVector>(a, nextA);
            if (TVectors.Value > 1) b = TFold.Join<TOps, TVector>(b, nextB);
        }
        Store<TOps, TVector, TVectors>(to, a, b, factor);
    }

    // Windows of three columns one or two apart, all inside: each keeps the columns that the next one needs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Strip<TOps, TVector, TVectors>(in Band band, float* from, int count, float* to, float factor)
        where TOps : struct, IVectorOps<TVector> where TVector : unmanaged where TVectors : struct, ICount
    {
        nint pixel = channels;
        Column<TOps, TVector, TVectors>(band, from, out TVector a0, out TVector b0);
        if (shape.StrideX == 2)
        {
            for (; count > 0; count--, to += pixel)
            {
                Column<TOps, TVector, TVectors>(band, from += pixel, out TVector a1, out TVector b1);
                Column<TOps, TVector, TVectors>(band, from += pixel, out TVector a2, out TVector b2);
                a0 = TFold.Join<TOps, TVector>(TFold.Join<TOps, TVector>(a0, a1), a2);
                if (TVectors.Value > 1) b0 = TFold.Join<TOps, TVector>(TFold.Join<TOps, TVector>(b0, b1), b2);
                Store<TOps, TVector, TVectors>(to, a0, b0, factor);
                (a0, b0) = (a2, b2);
            }
            return;
        }
        Column<TOps, TVector, TVectors>(band, from += pixel, out TVector a, out TVector b);
        for (; count > 0; count--, to += pixel)
        {
            Column<TOps, TVector, TVectors>(band, from += pixel, out TVector a2, out TVector b2);
            a0 = TFold.Join<TOps, TVector>(TFold.Join<TOps, TVector>(a0, a), a2);
            if (TVectors.Value > 1) b0 = TFold.Join<TOps, TVector>(TFold.Join<TOps, TVector>(b0, b), b2);
            Store<TOps, TVector, TVectors>(to, a0, b0, factor);
            (a0, b0, a, b) = (a, b, a2, b2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column<TOps, TVector, TVectors>(in Band band, float* from, out TVector a, out TVector b)
        where TOps : struct, IVectorOps<TVector> where TVector : unmanaged where TVectors : struct, ICount
    {
        a = TOps.Load(from);
        b = TVectors.Value > 1 ? TOps.Load(from + TOps.Lanes) : default;
        for (int row = 1; row < band.Rows; row++)
        {
            from += band.RowStep;
            a = TFold.Join<TOps, TVector>(a, TOps.Load(from));
            if (TVectors.Value > 1) b = TFold.Join<TOps, TVector>(b, TOps.Load(from + TOps.Lanes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TOps, TVector, TVectors>(float* to, TVector a, TVector b, float factor)
        where TOps : struct, IVectorOps<TVector> where TVector : unmanaged where TVectors : struct, ICount
    {
        TOps.Store(to, TFold.IsMean ? TOps.Multiply(a, TOps.Create(factor)) : a);
        if (TVectors.Value > 1) TOps.Store(to + TOps.Lanes, TFold.IsMean ? TOps.Multiply(b, TOps.Create(factor)) : b);
    }

    private struct Job<TOps, TVector> : ISliceJob where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        public PixelPool<TFold> Pool;
        public float* X;
        public float* Y;
        public int Rows;
        public int RowsPerSlice;

        public readonly void Execute(int slice, int worker)
        {
            PixelPool<TFold> pool = Pool;
            (int height, int outHeight, nint line, nint outLine) = pool.Lines();
            for (int row = slice * RowsPerSlice; row < Math.Min(Rows, (slice + 1) * RowsPerSlice); row++)
            {
                (int picture, int oy) = Math.DivRem(row, outHeight);
                pool.Row<TOps, TVector>(X + picture * height * line, Y + row * outLine, oy);
            }
        }
    }

    private (int Height, int OutHeight, nint Line, nint OutLine) Lines() =>
        (shape.Height, shape.OutHeight, (nint)shape.Width * channels, (nint)shape.OutWidth * channels);
}
