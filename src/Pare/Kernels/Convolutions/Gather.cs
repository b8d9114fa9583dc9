using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pare.Kernels.Convolutions;

/// <summary>
/// Packs column panels of a matrix that exists only as B[k, n] = source[row(k) + column(n)]: the pixels and taps of a convolution.
/// Columns with consecutive offsets are copied as runs, 8 numbers at a time.
/// </summary>
/// <remarks>dst [rows, Columns]. With slack, a run's last copy may write past it: runs and rows ascend, so what it spoils is written later.</remarks>
internal unsafe ref struct Gather
{
    private const int Most = 32;
    private fixed int _from[Most];
    private fixed int _to[Most];
    private fixed int _length[Most];
    private int _count;
    private int _columns;

    /// <summary>A panel without columns yet; what it will hold is not cleared.</summary>
    public static void Begin(out Gather gather)
    {
        Unsafe.SkipInit(out gather);
        gather._count = 0;
        gather._columns = 0;
    }

    /// <summary>Appends columns with consecutive offsets.</summary>
    public void Add(int offset, int length)
    {
        for (int i = 0; i < length; i += 8)
        {
            _from[_count] = offset + i;
            _to[_count] = _columns + i;
            _length[_count++] = Math.Min(8, length - i);
        }
        _columns += length;
    }

    /// <summary>Packs the panel; columns that no run covers hold numbers without meaning.</summary>
    /// <param name="source">What offsets count from.</param>
    /// <param name="rows">The offset of each row.</param>
    /// <param name="depth">How many rows.</param>
    /// <param name="dst">[depth, width], and 8 numbers of slack.</param>
    /// <param name="width">Columns of the panel.</param>
    /// <param name="slack">Whether 7 numbers past any run may be read.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(float* source, int* rows, int depth, float* dst, int width, bool slack)
    {
        if (_columns < width)   // old contents might be denormal, and those are slow
            new Span<float>(dst, depth * width).Clear();
        bool whole = _columns == width && _count * 8 == width;
        if (whole && _count == 4)
            Four(source, rows, depth, dst);
        else if (whole && _count == 2)
            Two(source, rows, depth, dst);
        else if (slack || whole)
            Any(source, rows, depth, dst, width);
        else
            Exact(source, rows, depth, dst, width);
    }

    /// <summary>The adjoint: destination[row(k) + column(n)] += src[k, n], rows ascending, then columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Scatter(float* src, int width, int* rows, int depth, float* destination)
    {
        if (_columns == width && _count == 4 && width == 32)
        {
            ScatterFour(src, rows, depth, destination);
            return;
        }
        fixed (int* from = _from, to = _to, length = _length)
        {
            for (int k = 0; k < depth; k++, src += width)
            {
                for (int i = 0; i < _count; i++)
                {
                    float* d = destination + rows[k] + from[i];
                    float* s = src + to[i];
                    if (length[i] == 8)
                    {
                        (Vector256.Load(d) + Vector256.Load(s)).Store(d);
                        continue;
                    }
                    for (int j = 0; j < length[i]; j++)
                        d[j] += s[j];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ScatterFour(float* src, int* rows, int depth, float* destination)
    {
        (nint f0, nint f1, nint f2, nint f3) = (_from[0], _from[1], _from[2], _from[3]);
        for (int k = 0; k < depth; k++, src += 32)
        {
            float* d = destination + rows[k];
            (Vector256.Load(d + f0) + Vector256.Load(src)).Store(d + f0);
            (Vector256.Load(d + f1) + Vector256.Load(src + 8)).Store(d + f1);
            (Vector256.Load(d + f2) + Vector256.Load(src + 16)).Store(d + f2);
            (Vector256.Load(d + f3) + Vector256.Load(src + 24)).Store(d + f3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Four(float* source, int* rows, int depth, float* dst)
    {
        (nint f0, nint f1, nint f2, nint f3) = (_from[0], _from[1], _from[2], _from[3]);
        for (int k = 0; k < depth; k++, dst += 32)
        {
            float* s = source + rows[k];
            Vector256.Load(s + f0).Store(dst);
            Vector256.Load(s + f1).Store(dst + 8);
            Vector256.Load(s + f2).Store(dst + 16);
            Vector256.Load(s + f3).Store(dst + 24);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Two(float* source, int* rows, int depth, float* dst)
    {
        (nint f0, nint f1) = (_from[0], _from[1]);
        for (int k = 0; k < depth; k++, dst += 16)
        {
            float* s = source + rows[k];
            Vector256.Load(s + f0).Store(dst);
            Vector256.Load(s + f1).Store(dst + 8);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Any(float* source, int* rows, int depth, float* dst, int width)
    {
        int count = _count;
        fixed (int* from = _from, to = _to)
        {
            for (int k = 0; k < depth; k++, dst += width)
            {
                float* s = source + rows[k];
                for (int i = 0; i < count; i++)
                    Vector256.Load(s + from[i]).Store(dst + to[i]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Exact(float* source, int* rows, int depth, float* dst, int width)
    {
        fixed (int* from = _from, to = _to, length = _length)
        {
            for (int k = 0; k < depth; k++, dst += width)
            {
                for (int i = 0; i < _count; i++)
                {
                    float* s = source + rows[k] + from[i];
                    if (length[i] == 8)
                    {
                        Vector256.Load(s).Store(dst + to[i]);
                        continue;
                    }
                    for (int j = 0; j < length[i]; j++)
                        dst[to[i] + j] = s[j];
                }
            }
        }
    }
}
