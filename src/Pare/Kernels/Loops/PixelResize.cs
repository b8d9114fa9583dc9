using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>Resizes images with channels last by weighted sums of pixels; a slice is an output row. Portable vectors over channels, the tail in scalar form: the same bits at every level.</summary>
internal sealed unsafe class PixelResize : PlannedKernel
{
    private readonly int _batch, _height, _width, _channels, _outHeight, _outWidth, _rowTaps, _columnTaps;
    private readonly int[] _rows, _columns;
    private readonly float[] _rowWeights, _columnWeights;

    /// <summary>Prepares the tables for x [N, H, W, C]; an axis that is null stays as it is.</summary>
    public PixelResize(ResizeAxis? vertical, ResizeAxis? horizontal, Shape x)
    {
        (_batch, _height, _width, _channels) = (x.Fixed[0], x.Fixed[1], x.Fixed[2], x.Fixed[3]);
        (_outHeight, _rowTaps, _rows, _rowWeights) = Table(vertical, _height);
        (_outWidth, _columnTaps, _columns, _columnWeights) = Table(horizontal, _width);
    }

    /// <inheritdoc/>
    public override double Seconds => CostModel.Loop((double)_batch * _outHeight * _outWidth * _channels * (_rowTaps * _columnTaps + 1));

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        fixed (float* x = arguments.Input(0), y = arguments.Output(0))
            arguments.Pool.Run(_batch * _outHeight, new Job { Resize = this, X = x, Y = y });
    }

    private static (int Output, int Taps, int[] Index, float[] Weight) Table(ResizeAxis? axis, int length) => axis is null
        ? (length, 1, AxisTables.Identity(length), [.. Enumerable.Repeat(1f, length)])
        : (axis.Output, axis.Taps, axis.Index, [.. axis.Weight.Select(w => (float)w)]);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(float* picture, float* y, int oy)
    {
        for (int ox = 0; ox < _outWidth; ox++, y += _channels)
        {
            new Span<float>(y, _channels).Clear();
            for (int r = oy * _rowTaps; r < (oy + 1) * _rowTaps; r++)
            {
                for (int q = ox * _columnTaps; q < (ox + 1) * _columnTaps; q++)
                {
                    AddScaled(y, picture + ((nint)_rows[r] * _width + _columns[q]) * _channels, _rowWeights[r] * _columnWeights[q], _channels);
                }
            }
        }
    }

    // to[c] += weight from[c]
    private static void AddScaled(float* to, float* from, float weight, int count)
    {
        Vector256<float> weights = Vector256.Create(weight);
        int i = 0;
        for (; i + 8 <= count; i += 8)
            Vector256.MultiplyAddEstimate(Vector256.Load(from + i), weights, Vector256.Load(to + i)).Store(to + i);
        for (; i < count; i++)
            to[i] = float.MultiplyAddEstimate(from[i], weight, to[i]);
    }

    private struct Job : ISliceJob
    {
        public PixelResize Resize;
        public float* X;
        public float* Y;

        public readonly void Execute(int slice, int worker)
        {
            (int picture, int oy) = Math.DivRem(slice, Resize._outHeight);
            Resize.Row(X + (nint)picture * Resize._height * Resize._width * Resize._channels, Y + (nint)slice * Resize._outWidth * Resize._channels, oy);
        }
    }
}
