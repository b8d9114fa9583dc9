using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pare.Kernels.Convolutions;

/// <summary>Copies source rows into a small buffer without borders or strides, so that every tap of every output row reads contiguous numbers.</summary>
/// <remarks>
/// src [c, y, x] -> dst [c, row, phase, i]: padded column x = i * StrideX + phase, padding and spread zeros written out.
/// Tap kw of output column ox is then number ox + kw * DilationX / StrideX of phase kw * DilationX % StrideX.
/// </remarks>
internal readonly unsafe struct Staging
{
    private readonly PlaneGeometry _g;
    private readonly int _phases;

    /// <summary>Lays the buffer out.</summary>
    /// <param name="geometry">The convolution.</param>
    /// <param name="maxOutRows">The most output rows whose input is staged at a time.</param>
    /// <param name="always">Stages even where the source itself could be read.</param>
    public Staging(in PlaneGeometry geometry, int maxOutRows, bool always = false)
    {
        _g = geometry;
        IsNeeded = always || geometry.UpX != 1 || geometry.UpY != 1 || geometry.StrideX != 1 || geometry.PadTop != 0 || geometry.PadLeft != 0
            || geometry.RowsRead(geometry.OutHeight) > geometry.Height || geometry.WidthRead > geometry.Width;
        _phases = Math.Min(geometry.StrideX, (geometry.KernelWidth - 1) * geometry.DilationX + 1);
        PhaseWidth = geometry.OutWidth + (geometry.KernelWidth - 1) * geometry.DilationX / geometry.StrideX;
        MaxRows = geometry.RowsRead(maxOutRows);
        RowStride = IsNeeded ? _phases * PhaseWidth : geometry.Width;
        PlaneStride = IsNeeded ? MaxRows * RowStride : geometry.Height * geometry.Width;
    }

    /// <summary>False when the source itself can be read.</summary>
    public bool IsNeeded { get; }

    /// <summary>Numbers of a phase of a row.</summary>
    public int PhaseWidth { get; }

    /// <summary>Rows of a plane of the buffer.</summary>
    public int MaxRows { get; }

    /// <summary>Distance between rows that taps read.</summary>
    public int RowStride { get; }

    /// <summary>Distance between planes that taps read.</summary>
    public int PlaneStride { get; }

    /// <summary>The distance from the first number an output pixel's row reads to the one tap (c, kh, kw) reads.</summary>
    public int TapOffset(int c, int kh, int kw)
    {
        int x = kw * _g.DilationX;
        return c * PlaneStride + kh * _g.DilationY * RowStride + (IsNeeded ? x % _g.StrideX * PhaseWidth + x / _g.StrideX : x);
    }

    /// <summary>Fills the buffer with rows [row, row + rows) of s for the planes from <paramref name="source"/> on.</summary>
    public void Fill(float* source, int channels, int row, int rows, float* buffer)
    {
        for (int c = 0; c < channels; c++)
        {
            float* plane = source + (nint)c * _g.Height * _g.Width;
            float* to = buffer + (nint)c * PlaneStride;
            for (int r = 0; r < rows; r++, to += RowStride)
            {
                int y = row + r - _g.PadTop;
                if (y < 0 || y % _g.UpY != 0 || y / _g.UpY >= _g.Height)
                    new Span<float>(to, RowStride).Clear();
                else
                    FillRow(plane + (nint)(y / _g.UpY) * _g.Width, to);
            }
        }
    }

    /// <summary>The adjoint of <see cref="Fill"/> over all rows: src [c, row, phase, i] -> dst [c, y, x]; what the buffer does not hold becomes 0.</summary>
    public void Drain(float* buffer, int channels, float* destination)
    {
        for (int c = 0; c < channels; c++)
        {
            float* plane = destination + (nint)c * _g.Height * _g.Width;
            float* from = buffer + (nint)c * PlaneStride;
            for (int y = 0; y < _g.Height; y++, plane += _g.Width)
            {
                int row = y + _g.PadTop;
                if (row < MaxRows)
                    DrainRow(from + (nint)row * RowStride, plane);
                else
                    new Span<float>(plane, _g.Width).Clear();
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DrainRow(float* from, float* to)
    {
        if (_g.StrideX == 1)
        {
            int held = Math.Clamp(PhaseWidth - _g.PadLeft, 0, _g.Width);
            Copy(from + _g.PadLeft, 1, held, to);
            new Span<float>(to + held, _g.Width - held).Clear();
            return;
        }
        new Span<float>(to, _g.Width).Clear();
        for (int phase = 0; phase < _phases; phase++, from += PhaseWidth)
        {
            int first = Math.Clamp(CeilDiv(_g.PadLeft - phase, _g.StrideX), 0, PhaseWidth);
            int end = Math.Clamp(CeilDiv(_g.Width + _g.PadLeft - phase, _g.StrideX), first, PhaseWidth);
            float* x = to + (first * _g.StrideX + phase - _g.PadLeft);
            for (int i = first; i < end; i++, x += _g.StrideX)
                *x = from[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillRow(float* from, float* to)
    {
        if (_g.UpX > 1)
        {
            Spread(from, to);
            return;
        }
        for (int phase = 0; phase < _phases; phase++, to += PhaseWidth)
        {
            // The numbers i of this phase with 0 <= i * StrideX + phase - PadLeft < Width lie in [first, end).
            int first = Math.Clamp(CeilDiv(_g.PadLeft - phase, _g.StrideX), 0, PhaseWidth);
            int end = Math.Clamp(CeilDiv(_g.Width + _g.PadLeft - phase, _g.StrideX), first, PhaseWidth);
            for (int i = 0; i < first; i++)
                to[i] = 0;
            Copy(from + (first * _g.StrideX + phase - _g.PadLeft), _g.StrideX, end - first, to + first);
            for (int i = end; i < PhaseWidth; i++)
                to[i] = 0;
        }
    }

    // Only input gradients spread, and they have stride 1.
    private void Spread(float* from, float* to)
    {
        new Span<float>(to, RowStride).Clear();
        int first = _g.PadLeft >= 0 ? 0 : CeilDiv(-_g.PadLeft, _g.UpX);
        int end = Math.Min(_g.Width, CeilDiv(RowStride - _g.PadLeft, _g.UpX));
        for (int x = first; x < end; x++)
            to[x * _g.UpX + _g.PadLeft] = from[x];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(float* from, int stride, int count, float* to)
    {
        int i = 0;
        if (stride == 1)
        {
            for (; i + 8 <= count; i += 8)
                Vector256.Load(from + i).Store(to + i);
        }
        for (; i < count; i++)
            to[i] = from[i * stride];
    }

    private static int CeilDiv(int a, int b) => a >= 0 ? (a + b - 1) / b : -(-a / b);
}
