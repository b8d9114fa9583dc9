namespace Pare.Operators;

/// <summary>Where a sampling point lies along one axis: up to four elements with their weights.</summary>
internal ref struct SampleAxis
{
    public const int Most = 4;

    private readonly int _length;
    private readonly bool _corners;
    private readonly PaddingMode _padding;

    public SampleAxis(int length, bool alignCorners, PaddingMode padding, Span<int> index, Span<double> weight)
    {
        (_length, _corners, _padding) = (length, alignCorners, padding);
        Index = index;
        Weight = weight;
    }

    /// <summary>Elements; -1 is a zero of the padding.</summary>
    public Span<int> Index { get; }

    public Span<double> Weight { get; }

    public int Count { get; private set; }

    /// <summary>Sets the elements for a position of [-1, 1].</summary>
    public void Place(double normalized, Interpolation mode)
    {
        double x = _corners ? (normalized + 1) / 2 * (_length - 1) : ((normalized + 1) * _length - 1) / 2;
        if (mode == Interpolation.Nearest) x = Math.Round(x);
        (double least, double most) = Borders();
        if (x < least || x > most)
            x = _padding switch { PaddingMode.Border => Math.Clamp(x, 0, _length - 1), PaddingMode.Reflection => Reflect(x), _ => x };
        if (mode == Interpolation.Nearest)
        {
            Count = 1;
            (Index[0], Weight[0]) = (Inside((int)Math.Round(x)), 1);
            return;
        }
        Count = mode == Interpolation.Linear ? 2 : Most;
        double floor = Math.Floor(x);
        for (int t = 0; t < Count; t++)
        {
            double at = floor + t - (Count / 2 - 1), distance = Math.Abs(x - at);
            Index[t] = Inside((int)at);
            Weight[t] = mode == Interpolation.Linear ? 1 - distance : ResizeAxis.Cubic(distance, -0.75);
        }
    }

    private readonly (double Least, double Most) Borders() => _corners ? (0, _length - 1) : (-0.5, _length - 0.5);

    private readonly int Inside(int index) => _padding switch
    {
        PaddingMode.Zeros => (uint)index < (uint)_length ? index : -1,
        PaddingMode.Border => Math.Clamp(index, 0, _length - 1),
        _ => Math.Clamp((int)Reflect(index), 0, _length - 1),
    };

    private readonly double Reflect(double x)
    {
        (double least, double most) = Borders();
        double range = most - least, beyond = x < least ? least - x : x > most ? x - most : -1;
        if (beyond < 0 || range == 0) return x;
        double turns = Math.Floor(beyond / range), rest = beyond - turns * range;
        return (x < least) == (turns % 2 == 0) ? least + rest : most - rest;
    }
}
