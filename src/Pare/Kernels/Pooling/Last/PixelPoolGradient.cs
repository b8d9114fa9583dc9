using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Vectors;
using Pare.Threading;

namespace Pare.Kernels.Pooling.Last;

/// <summary>Gradients of pooling with channels last: dx [Batch, Height, Width, C] from dy [Batch, OutHeight, OutWidth, C]. A slice is a picture.</summary>
/// <remarks>Vectors run over channels. Of a maximum, dy goes to the first largest number of its window, NaN being the largest; of a mean, to all in equal shares.</remarks>
/// <param name="shape">The sizes; its planes are the pictures.</param>
/// <param name="channels">C.</param>
/// <param name="largest">Maximum pooling, whose x is input 1.</param>
/// <param name="cpu">What may be used.</param>
internal sealed unsafe class PixelPoolGradient(PoolShape shape, int channels, bool largest, CpuFeatures cpu) : PlannedKernel
{
    /// <inheritdoc/>
    public override double Seconds => CostModel.Loop((double)shape.Planes * channels * (2 * shape.PlaneFloats + shape.OutPlaneFloats));

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        fixed (float* dy = arguments.Input(0), x = largest ? arguments.Input(1) : [], dx = arguments.Output(0))
        {
            if (cpu.HasVector512)
                Run<Ops512, Floats16>(dy, x, dx, arguments.Pool);
            else if (cpu.HasAvx2)
                Run<Ops256, Floats8>(dy, x, dx, arguments.Pool);
            else if (cpu.HasVector128)
                Run<Ops128, Vector128<float>>(dy, x, dx, arguments.Pool);
            else
                Run<OpsScalar, float>(dy, x, dx, arguments.Pool);
        }
    }

    private void Run<TOps, TVector>(float* dy, float* x, float* dx, WorkerPool pool) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged =>
        pool.Run(
            shape.Planes, SliceWork.Floats((double)channels * (2 * shape.PlaneFloats + shape.OutPlaneFloats * shape.KernelHeight * shape.KernelWidth)),
            new Job<TOps, TVector> { Owner = this, Dy = dy, X = x, Dx = dx });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Picture<TOps, TVector>(float* dy, float* x, float* dx) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        TOps.Require();
        new Span<float>(dx, shape.PlaneFloats * channels).Clear();
        nint line = (nint)shape.Width * channels, rowStep = shape.DilationY * line, columnStep = (nint)shape.DilationX * channels;
        for (int oy = 0; oy < shape.OutHeight; oy++)
        {
            int startY = oy * shape.StrideY - shape.PadTop;
            (int firstY, int endY) = PoolShape.Inside(startY, shape.KernelHeight, shape.DilationY, shape.Height);
            for (int ox = 0; ox < shape.OutWidth; ox++, dy += channels)
            {
                int startX = ox * shape.StrideX - shape.PadLeft;
                (int firstX, int endX) = PoolShape.Inside(startX, shape.KernelWidth, shape.DilationX, shape.Width);
                if (firstY == endY || firstX == endX) continue;
                nint corner = (startY + firstY * shape.DilationY) * line + (startX + (nint)firstX * shape.DilationX) * channels;
                Window window = new(endY - firstY, endX - firstX, rowStep, columnStep);
                float share = largest ? 0 : 1f / (shape.RowsCounted(oy) * shape.ColumnsCounted(ox));
                for (int c = 0; c < channels; c += TOps.Lanes)
                {
                    int part = Math.Min(TOps.Lanes, channels - c);
                    if (largest)
                        ToLargest<TOps, TVector>(window, Load<TOps, TVector>(dy + c, part), x + corner + c, dx + corner + c, part);
                    else
                        ToAll<TOps, TVector>(window, TOps.Multiply(Load<TOps, TVector>(dy + c, part), TOps.Create(share)), dx + corner + c, part);
                }
            }
        }
    }

    // The positions of a window that lie inside the picture.
    private readonly record struct Window(int Rows, int Columns, nint RowStep, nint ColumnStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToLargest<TOps, TVector>(in Window window, TVector dy, float* x, float* dx, int part)
        where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        TVector best = Load<TOps, TVector>(x, part), index = TOps.Create(0);
        int at = 0;
        for (int row = 0; row < window.Rows; row++)
        {
            for (int column = 0; column < window.Columns; column++, at++)
            {
                TVector value = Load<TOps, TVector>(x + row * window.RowStep + column * window.ColumnStep, part), larger = TOps.Exceeds(value, best);
                best = TOps.Select(larger, value, best);
                index = TOps.Select(larger, TOps.Create(at), index);
            }
        }
        at = 0;
        for (int row = 0; row < window.Rows; row++)
        {
            for (int column = 0; column < window.Columns; column++, at++)
            {
                float* to = dx + row * window.RowStep + column * window.ColumnStep;
                TVector old = Load<TOps, TVector>(to, part);
                Store<TOps, TVector>(to, TOps.Select(TOps.Same(index, TOps.Create(at)), TOps.Add(old, dy), old), part);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToAll<TOps, TVector>(in Window window, TVector share, float* dx, int part) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        for (int row = 0; row < window.Rows; row++)
        {
            for (int column = 0; column < window.Columns; column++)
            {
                float* to = dx + row * window.RowStep + column * window.ColumnStep;
                Store<TOps, TVector>(to, TOps.Add(Load<TOps, TVector>(to, part), share), part);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load<TOps, TVector>(float* from, int part) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged =>
        part == TOps.Lanes ? TOps.Load(from) : TOps.LoadPart(from, part);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TOps, TVector>(float* to, TVector value, int part) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        if (part == TOps.Lanes)
            TOps.Store(to, value);
        else
            TOps.StorePart(to, value, part);
    }

    private struct Job<TOps, TVector> : ISliceJob where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        public PixelPoolGradient Owner;
        public float* Dy;
        public float* X;
        public float* Dx;

        public readonly void Execute(int slice, int worker) => Owner.Slice<TOps, TVector>(Dy, X, Dx, slice);
    }

    private void Slice<TOps, TVector>(float* dy, float* x, float* dx, int picture) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        nint plane = (nint)shape.PlaneFloats * channels;
        Picture<TOps, TVector>(dy + picture * (nint)shape.OutPlaneFloats * channels, x + (largest ? picture * plane : 0), dx + picture * plane);
    }
}
