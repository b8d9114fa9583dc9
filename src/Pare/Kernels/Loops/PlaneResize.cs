using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>Resizes planes by weighted sums, along rows and then along columns; one slice per plane. Backward is the transpose.</summary>
/// <remarks>Columns are lanes, which never meet; rows run in scalar form. Taps are added in order, so bits depend on shapes alone.</remarks>
internal sealed unsafe class PlaneResize
{
    private readonly int _height, _width, _outHeight, _outWidth, _rowTaps, _columnTaps;
    private readonly int[] _rows, _columns;
    private readonly float[] _rowWeights, _columnWeights;

    /// <summary>Prepares the tables; an axis that is null stays as it is.</summary>
    public PlaneResize(ResizeAxis? vertical, ResizeAxis? horizontal, int height, int width)
    {
        (_height, _width) = (height, width);
        (_outHeight, _rowTaps, _rows, _rowWeights) = Table(vertical, height);
        (_outWidth, _columnTaps, _columns, _columnWeights) = Table(horizontal, width);
    }

    /// <summary>Numbers read and written for one plane, for the cost model.</summary>
    public double Work => (double)_height * _outWidth * (_columnTaps + 1) + (double)_outHeight * _outWidth * (_rowTaps + 1);

    /// <summary>Bytes of scratch for a run.</summary>
    public long ScratchBytes(int threads) => (long)threads * _height * _outWidth * sizeof(float);

    /// <summary>y [planes, out height, out width] from x [planes, height, width].</summary>
    public void Forward(float* x, float* y, int planes, float* scratch, WorkerPool pool) =>
        pool.Run(planes, SliceWork.Floats(Work), new Job { Resize = this, From = x, To = y, Scratch = scratch });

    /// <summary>dx [planes, height, width] from dy [planes, out height, out width].</summary>
    public void Backward(float* dy, float* dx, int planes, float* scratch, WorkerPool pool) =>
        pool.Run(planes, SliceWork.Floats(Work), new Job { Resize = this, From = dy, To = dx, Scratch = scratch, IsBackward = true });

    private static (int Output, int Taps, int[] Index, float[] Weight) Table(ResizeAxis? axis, int length) => axis is null
        ? (length, 1, AxisTables.Identity(length), [.. Enumerable.Repeat(1f, length)])
        : (axis.Output, axis.Taps, axis.Index, [.. axis.Weight.Select(w => (float)w)]);

    private void ForwardPlane(float* x, float* y, float* middle)
    {
        for (int r = 0; r < _height; r++)
            for (int q = 0; q < _outWidth; q++)
            {
                float sum = 0;
                for (int t = q * _columnTaps; t < (q + 1) * _columnTaps; t++)
                    sum += _columnWeights[t] * x[r * _width + _columns[t]];
                middle[r * _outWidth + q] = sum;
            }
        new Span<float>(y, _outHeight * _outWidth).Clear();
        for (int p = 0; p < _outHeight; p++)
            for (int t = p * _rowTaps; t < (p + 1) * _rowTaps; t++)
                AddScaled(y + p * _outWidth, middle + _rows[t] * _outWidth, _rowWeights[t], _outWidth);
    }

    private void BackwardPlane(float* dy, float* dx, float* middle)
    {
        new Span<float>(middle, _height * _outWidth).Clear();
        for (int p = 0; p < _outHeight; p++)
            for (int t = p * _rowTaps; t < (p + 1) * _rowTaps; t++)
                if (_rows[t] >= 0)
                    AddScaled(middle + _rows[t] * _outWidth, dy + p * _outWidth, _rowWeights[t], _outWidth);
        new Span<float>(dx, _height * _width).Clear();
        for (int r = 0; r < _height; r++)
            for (int q = 0; q < _outWidth; q++)
                for (int t = q * _columnTaps; t < (q + 1) * _columnTaps; t++)
                    if (_columns[t] >= 0)
                        dx[r * _width + _columns[t]] += _columnWeights[t] * middle[r * _outWidth + q];
    }

    // to[i] += factor from[i]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled(float* to, float* from, float factor, int count)
    {
        Vector256<float> factors = Vector256.Create(factor);
        int i = 0;
        for (; i + 8 <= count; i += 8)
            Vector256.MultiplyAddEstimate(Vector256.Load(from + i), factors, Vector256.Load(to + i)).Store(to + i);
        for (; i < count; i++)
            to[i] = float.MultiplyAddEstimate(from[i], factor, to[i]);
    }

    private struct Job : ISliceJob
    {
        public PlaneResize Resize;
        public float* From;
        public float* To;
        public float* Scratch;
        public bool IsBackward;

        public readonly void Execute(int slice, int worker)
        {
            nint small = (nint)slice * Resize._height * Resize._width, large = (nint)slice * Resize._outHeight * Resize._outWidth;
            float* middle = Scratch + (nint)worker * Resize._height * Resize._outWidth;
            if (IsBackward)
                Resize.BackwardPlane(From + large, To + small, middle);
            else
                Resize.ForwardPlane(From + small, To + large, middle);
        }
    }
}
