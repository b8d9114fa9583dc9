using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pare.Compression.Data;

/// <summary>Writes preprocessed samples of one set: placement, (x * scale - mean) / std, and layout in one pass.</summary>
internal sealed class SampleWriter
{
    private readonly DataSet _data;
    private readonly Preprocessing _preprocessing;
    private readonly float[]? _table; // bytes: [C, 256] preprocessed values, so each pixel costs one look-up
    private readonly int _channels, _height, _width;
    private readonly bool _channelsLast;

    internal SampleWriter(DataSet data, Preprocessing preprocessing)
    {
        preprocessing.Validate(data);
        (_data, _preprocessing, _channelsLast) = (data, preprocessing, preprocessing.ChannelsLast(data));
        bool picture = data.SampleShape.Length == 3;
        (_channels, _height, _width) = (data.SampleShape[0], picture ? data.SampleShape[1] : 1, picture ? data.SampleShape[2] : 1);
        if (!data.IsBytes)
            return;
        _table = new float[_channels * 256];
        for (int i = 0; i < _table.Length; i++)
            _table[i] = preprocessing.Map(i & 255, i >> 8);
    }

    internal void Write(int index, Placement placement, Span<float> destination)
    {
        destination = destination[.._data.SampleLength];
        for (int c = 0; c < _channels; c++)
        {
            if (_table is not null)
                Plane(_data.Bytes(index), new TableMap(_table, c), c, placement, destination);
            else
                Plane(_data.Floats(index), new FormulaMap(_preprocessing, c), c, placement, destination);
        }
    }

    // src [C, H, W] -> dst [C, H, W] (step 1) or [H, W, C] (step C); one channel of it
    private void Plane<T, TMap>(ReadOnlySpan<T> sample, TMap map, int c, Placement p, Span<float> destination)
        where T : unmanaged
        where TMap : struct, IPixelMap<T>, allows ref struct
    {
        int plane = _height * _width, step = _channelsLast ? _channels : 1;
        ReadOnlySpan<T> src = sample.Slice(c * plane, plane);
        Span<float> dst = destination[(_channelsLast ? c : c * plane)..];
        if (p == default)
        {
            Row(src, map, dst, step);
            return;
        }

        float outside = map.Map(default);

        // Columns lo..hi-1 of the window lie inside the stored picture; where flipped, window column u is written to W - 1 - u.
        int lo = Math.Clamp(-p.Dx, 0, _width), hi = Math.Clamp(_width - p.Dx, lo, _width);
        for (int y = 0; y < _height; y++)
        {
            int from = y + p.Dy;
            Span<float> row = dst[(y * _width * step)..];
            if ((uint)from >= (uint)_height || lo == hi)
            {
                Fill(row, outside, 0, _width, step);
                continue;
            }

            ReadOnlySpan<T> inside = src.Slice(from * _width + lo + p.Dx, hi - lo);
            int first = p.Flip ? _width - hi : lo;
            Fill(row, outside, 0, first, step);
            Fill(row, outside, first + inside.Length, _width, step);
            if (p.Flip)
                RowReversed(inside, map, row[(first * step)..], step);
            else
                Row(inside, map, row[(first * step)..], step);
        }
    }

    private static void Row<T, TMap>(ReadOnlySpan<T> src, TMap map, Span<float> dst, int step)
        where TMap : struct, IPixelMap<T>, allows ref struct
    {
        if (step == 1)
        {
            dst = dst[..src.Length];
            for (int i = 0; i < src.Length; i++)
                dst[i] = map.Map(src[i]);
            return;
        }

        for (int i = 0, at = 0; i < src.Length; i++, at += step)
            dst[at] = map.Map(src[i]);
    }

    private static void RowReversed<T, TMap>(ReadOnlySpan<T> src, TMap map, Span<float> dst, int step)
        where TMap : struct, IPixelMap<T>, allows ref struct
    {
        for (int i = src.Length - 1, at = 0; i >= 0; i--, at += step)
            dst[at] = map.Map(src[i]);
    }

    private static void Fill(Span<float> row, float value, int from, int to, int step)
    {
        for (int x = from; x < to; x++)
            row[x * step] = value;
    }

    private interface IPixelMap<in T>
    {
        float Map(T value);
    }

    private readonly ref struct TableMap(float[] table, int channel) : IPixelMap<byte>
    {
        private readonly ref float _row = ref MemoryMarshal.GetReference(table.AsSpan(channel * 256, 256));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Map(byte value) => Unsafe.Add(ref _row, (nint)value); // a byte is always inside the row of 256
    }

    private readonly ref struct FormulaMap(Preprocessing preprocessing, int channel) : IPixelMap<float>
    {
        private readonly float _scale = preprocessing.Scale, _mean = preprocessing.MeanOf(channel), _std = preprocessing.StdOf(channel);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Map(float value) => (value * _scale - _mean) / _std;
    }
}
