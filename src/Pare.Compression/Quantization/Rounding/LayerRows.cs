namespace Pare.Compression.Quantization.Rounding;

/// <summary>Rows of what a layer reads in the quantized network, and what it makes in the float network, at positions drawn by chance.</summary>
internal sealed class LayerRows
{
    private const int MostRows = 32_768;
    private const long MostFloats = 24L << 20;

    private readonly LayerMap _map;
    private readonly Rng _rng;
    private readonly int _wanted, _samples;
    private float[] _inputs = [], _targets = [];
    private int _seen;

    /// <summary>Prepares.</summary>
    /// <param name="map">The layer.</param>
    /// <param name="samples">How many samples will come.</param>
    /// <param name="rng">Draws positions.</param>
    public LayerRows(LayerMap map, int samples, Rng rng)
    {
        (_map, _samples, _rng) = (map, samples, rng);
        _wanted = (int)Math.Clamp(MostFloats / ((long)map.Groups * map.Depth), 256, MostRows);
    }

    /// <summary>How many rows there are.</summary>
    public int Count { get; private set; }

    /// <summary>Takes rows of a batch.</summary>
    /// <param name="x">What the layer reads.</param>
    /// <param name="y">What it should make.</param>
    /// <param name="count">Samples in both.</param>
    public void Add(Tensor x, Tensor y, int count)
    {
        int positions = _map.Positions(y, count), each = Math.Clamp((_wanted + _samples - 1) / _samples, 1, positions);
        int width = _map.Groups * _map.Depth, channels = _map.Groups * _map.Outputs;
        if (_inputs.Length == 0) (_inputs, _targets) = (new float[(long)_samples * each * width], new float[(long)_samples * each * channels]);
        int[] order = [.. Enumerable.Range(0, positions)];
        for (int s = 0; s < count && _seen < _samples; s++, _seen++)
            for (int i = 0; i < each; i++, Count++)
            {
                int drawn = i + _rng.NextInt32(positions - i);
                (order[i], order[drawn]) = (order[drawn], order[i]);
                _map.ReadInputs(x, y, count, s, order[i], _inputs.AsSpan(Count * width, width));
                _map.ReadOutputs(y, count, s, order[i], _targets.AsSpan(Count * channels, channels));
            }
    }

    /// <summary>What a group reads [count, depth].</summary>
    public float[] Inputs(int group) => Columns(_inputs, group, _map.Depth);

    /// <summary>What a group should make [count, outputs].</summary>
    public float[] Targets(int group) => Columns(_targets, group, _map.Outputs);

    private float[] Columns(float[] from, int group, int width)
    {
        if (_map.Groups == 1 && from.Length == Count * width) return from;
        var columns = new float[Count * width];
        for (int r = 0; r < Count; r++) from.AsSpan((r * _map.Groups + group) * width, width).CopyTo(columns.AsSpan(r * width));
        return columns;
    }
}
