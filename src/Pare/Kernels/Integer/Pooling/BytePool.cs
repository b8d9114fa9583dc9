using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Bands;
using Pare.Kernels.Integer.Elements;
using Pare.Kernels.Integer.Products;
using Pare.Kernels.Pooling;
using Pare.Threading;

namespace Pare.Kernels.Integer.Pooling;

/// <summary>Pooling of images of bytes with channels last: x [Batch, Height, Width, C] -> y [Batch, OutHeight, OutWidth, C]. Slices of output pixels.</summary>
/// <remarks>Vectors run over channels; the widest that fit into a pixel are taken, and the last one overlaps those before: nothing is masked.</remarks>
/// <param name="shape">The sizes; its planes are the pictures.</param>
/// <param name="channels">C.</param>
/// <param name="format">The picture's bytes.</param>
/// <param name="factor">Of a mean: the scale of the input over that of the result.</param>
/// <param name="range">Of a mean: its bounds and zero point.</param>
/// <param name="cpu">What may be used.</param>
internal sealed unsafe class BytePool<TFold>(PoolShape shape, int channels, ByteFormat format, float factor, ByteRange range, CpuFeatures cpu) : PlannedKernel, IBandKernel
    where TFold : struct, IByteFold
{
    private const double SliceBytes = 1 << 16;

    /// <inheritdoc/>
    public override double Seconds => CostModel.Loop(0.25 * shape.Planes * channels * (shape.PlaneFloats + shape.OutPlaneFloats), nanoseconds: 0.2);

    /// <inheritdoc/>
    public override IBandKernel? Bands => this;

    /// <inheritdoc/>
    public BandGeometry Geometry => BandGeometry.Of(shape, channels, sizeof(byte));

    /// <inheritdoc/>
    public long BandConstantBytes => 0;

    /// <inheritdoc/>
    public void RunRows(in BandOperands operands, int picture, RowRange rows)
    {
        int first = (picture * shape.OutHeight + rows.First) * shape.OutWidth, end = (picture * shape.OutHeight + rows.End) * shape.OutWidth;
        byte* x = operands.Source, y = operands.Destination;
        if (cpu.HasVector512 && channels >= 16)
            Pixels<Bytes512, Ints16>(x, y, first, end);
        else if (cpu.HasAvx2 && channels >= 8)
            Pixels<Bytes256, Ints8>(x, y, first, end);
        else if (cpu.HasVector128 && channels >= 4)
            Pixels<Bytes128, Vector128<int>>(x, y, first, end);
        else
            Pixels<BytesScalar, int>(x, y, first, end);
    }

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        fixed (byte* x = arguments.Inputs[0]!.Bytes, y = arguments.Outputs[0].Bytes)
        {
            if (cpu.HasVector512 && channels >= 16)
                Run<Bytes512, Ints16>(x, y, arguments.Pool);
            else if (cpu.HasAvx2 && channels >= 8)
                Run<Bytes256, Ints8>(x, y, arguments.Pool);
            else if (cpu.HasVector128 && channels >= 4)
                Run<Bytes128, Vector128<int>>(x, y, arguments.Pool);
            else
                Run<BytesScalar, int>(x, y, arguments.Pool);
        }
    }

    private void Run<TOps, TVector>(byte* x, byte* y, WorkerPool pool) where TOps : struct, IByteOps<TVector> where TVector : unmanaged
    {
        int pixels = shape.Planes * shape.OutPlaneFloats;
        int slices = (int)Math.Clamp((double)pixels * channels * shape.KernelHeight * shape.KernelWidth / SliceBytes, 1, Math.Min(pixels, 32));
        pool.Run(slices, new Job<TOps, TVector> { Pool = this, X = x, Y = y, Pixels = pixels, Slices = slices });
    }

    private void Pixels<TOps, TVector>(byte* x, byte* y, int first, int end) where TOps : struct, IByteOps<TVector> where TVector : unmanaged
    {
        for (int pixel = first; pixel < end; pixel++) Pixel<TOps, TVector>(x, y, pixel);
    }

    private void Pixel<TOps, TVector>(byte* x, byte* y, int pixel) where TOps : struct, IByteOps<TVector> where TVector : unmanaged
    {
        (int row, int ox) = Math.DivRem(pixel, shape.OutWidth);
        (int picture, int oy) = Math.DivRem(row, shape.OutHeight);
        int startY = oy * shape.StrideY - shape.PadTop, startX = ox * shape.StrideX - shape.PadLeft;
        (int firstY, int endY) = PoolShape.Inside(startY, shape.KernelHeight, shape.DilationY, shape.Height);
        (int firstX, int endX) = PoolShape.Inside(startX, shape.KernelWidth, shape.DilationX, shape.Width);
        nint line = (nint)shape.Width * channels;
        byte* from = x + ((nint)picture * shape.Height + startY + firstY * shape.DilationY) * line + (nint)(startX + firstX * shape.DilationX) * channels;
        float scale = TFold.IsMean ? factor / (shape.RowsCounted(oy) * shape.ColumnsCounted(ox)) : 0;
        y += (nint)pixel * channels;
        for (int c = 0; c < channels; c += TOps.Lanes)
        {
            int at = Math.Min(c, channels - TOps.Lanes);
            Window<TOps, TVector>(from + at, endY - firstY, endX - firstX, y + at, scale);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Window<TOps, TVector>(byte* from, int rows, int columns, byte* to, float scale) where TOps : struct, IByteOps<TVector> where TVector : unmanaged
    {
        TOps.Require();
        nint line = (nint)shape.DilationY * shape.Width * channels, step = (nint)shape.DilationX * channels;
        TVector folded = TOps.Create(0), flip = TOps.Create(format.Flip);
        for (int row = 0; row < rows; row++, from += line)
        {
            byte* at = from;
            for (int column = 0; column < columns; column++, at += step)
                folded = TFold.Join<TOps, TVector>(folded, TOps.Xor(TOps.Load(at), flip));
        }
        if (TFold.IsMean) TOps.StoreScaled(to, TOps.Subtract(folded, TOps.Create(rows * columns * format.Less)), scale, range);
        else TOps.Store(to, TOps.Xor(folded, flip));
    }

    private struct Job<TOps, TVector> : ISliceJob where TOps : struct, IByteOps<TVector> where TVector : unmanaged
    {
        public BytePool<TFold> Pool;
        public byte* X;
        public byte* Y;
        public int Pixels;
        public int Slices;

        public readonly void Execute(int slice, int worker)
        {
            Pool.Pixels<TOps, TVector>(X, Y, (int)((long)Pixels * slice / Slices), (int)((long)Pixels * (slice + 1) / Slices));
        }
    }
}
