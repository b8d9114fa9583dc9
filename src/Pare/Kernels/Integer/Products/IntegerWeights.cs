using Pare.Kernels.Convolutions;
using Pare.Kernels.Convolutions.Last;

namespace Pare.Kernels.Integer.Products;

/// <summary>How the weights of a convolution or product lie before they are packed: distances between numbers.</summary>
/// <param name="Output">Between output channels.</param>
/// <param name="Input">Between input channels.</param>
/// <param name="Tap">Between places of the window.</param>
internal readonly record struct IntegerOrder(int Output, int Input, int Tap)
{
    /// <summary>[outputs, inputs, taps].</summary>
    public static IntegerOrder Of(in ConvShape shape) => new(shape.GroupChannels * shape.Taps, shape.Taps, 1);
}

/// <summary>The weights of an integer convolution or product, packed, shared with other plans; and the plan's own biases and factors.</summary>
/// <remarks>
/// w [outputs][inputs][taps] -> [group][panel][run][unit][width] units of 32 bits: the numbers of a run of the picture that meet one output
/// channel lie side by side in units; what is missing, in the last unit of a run or the last vector of a panel, is 0, whatever it meets.
/// </remarks>
internal sealed unsafe class IntegerWeights
{
    private readonly IntegerPixels _pixels;
    private readonly KernelQuery _query;
    private readonly IntegerOrder _order;
    private readonly Tensor? _bias;
    private readonly Tensor _factors;
    private PackedFloats? _weights, _ends;

    /// <summary>Of a query whose inputs are picture, weight, bias and factors.</summary>
    public IntegerWeights(KernelQuery query, IntegerPixels pixels, IntegerOrder order)
    {
        (_pixels, _query, _order) = (pixels, query, order);
        (_bias, _factors) = (query.Constant(2), query.Constant(3)!);
    }

    /// <summary>Whether the inputs are what can be packed: constants, and the factors those of ONNX's convention.</summary>
    public static bool Fit(KernelQuery query) =>
        query.Constant(1) is not null && (!query.Has(2) || query.Constant(2) is not null) && query.Constant(3) is { DType: DType.F32 };

    /// <summary>Bytes of the packed numbers.</summary>
    public long PackedBytes => PackedFloats.BytesOf(_pixels.PackedUnits) + PackedFloats.BytesOf(2L * _pixels.Outputs);

    /// <summary>The packed weights.</summary>
    public int* Weights => (int*)_weights!.Floats;

    /// <summary>For each output channel, padded ones too, what its sum begins with.</summary>
    public int* Start => (int*)_ends!.Floats;

    /// <summary>The same for factors.</summary>
    public float* Factors => _ends!.Floats + _pixels.Outputs;

    /// <summary>Packs all.</summary>
    public void Pack()
    {
        _weights = _query.PackedConstant(1, $"{_pixels.Layout} {_order}", PackWeights);
        _ends = new PackedFloats(2L * _pixels.Outputs);
        new Span<float>(_ends.Floats, 2 * _pixels.Outputs).Clear();
        fixed (byte* weights = _query.Constant(1)!.Bytes)
        {
            for (int group = 0; group < _pixels.Shape.Groups; group++)
            {
                foreach (Panel panel in _pixels.Panels) Ends(weights, group, panel);
            }
        }
    }

    // The zero point of the picture leaves the sum: bias - zero * (sum of the weights).
    private void Ends(byte* weights, int group, in Panel panel)
    {
        ConvShape shape = _pixels.Shape;
        int zero = _pixels.ZeroInSums, place = group * _pixels.GroupWidth + panel.Start, channel = group * shape.GroupOutChannels + panel.Channel;
        bool isByte = _query.Constant(1)!.DType == DType.I8;
        for (int o = 0; o < panel.Channels; o++)
        {
            int sum = 0;
            nint from = (nint)(channel + o) * _order.Output;
            for (int tap = 0; tap < shape.Taps && zero != 0; tap++)
            {
                for (int c = 0; c < shape.GroupChannels; c++)
                {
                    nint at = from + (nint)c * _order.Input + (nint)tap * _order.Tap;
                    sum += isByte ? ((sbyte*)weights)[at] : ((short*)weights)[at];
                }
            }
            int shift = _pixels.Instructions.SumShift;
            Start[place + o] = unchecked(((_bias is null ? 0 : _bias.As<int>()[channel + o]) - zero * sum) << shift);
            Factors[place + o] = MathF.ScaleB(_factors.Floats[_factors.Length == 1 ? 0 : channel + o], -shift);
        }
    }

    private PackedFloats PackWeights(Tensor weights)
    {
        var packed = new PackedFloats(_pixels.PackedUnits);
        new Span<float>(packed.Floats, checked((int)_pixels.PackedUnits)).Clear();
        fixed (byte* from = weights.Bytes)
        {
            for (int group = 0; group < _pixels.Shape.Groups; group++)
            {
                foreach (Panel panel in _pixels.Panels)
                {
                    nint first = (nint)(group * _pixels.Shape.GroupOutChannels + panel.Channel) * _order.Output;
                    int* to = (int*)packed.Floats + ((nint)group * _pixels.GroupWidth + panel.Start) * _pixels.WordsOfWindow;
                    if (_pixels.Instructions.UnitsOfWord > 1) Compressed((sbyte*)from + first, (byte*)to, panel);
                    else if (_pixels.NumbersOfUnit == 4) Panel((sbyte*)from + first, (sbyte*)to, panel);
                    else if (weights.DType == DType.I8) Panel((sbyte*)from + first, (short*)to, panel);
                    else Panel((short*)from + first, (short*)to, panel);
                }
            }
        }
        return packed;
    }

    private void Compressed(sbyte* from, byte* to, in Panel panel)
    {
        int unit = panel.Width * sizeof(int), word = _pixels.Instructions.UnitsOfWord * unit;
        var plain = new byte[_pixels.Depth * unit];
        fixed (byte* numbers = plain) Panel(from, (sbyte*)numbers, panel);
        for (int at = 0; at < plain.Length; at += word, to += unit)
            _pixels.Instructions.Compress(plain.AsSpan(at, word), new Span<byte>(to, unit));
    }

    // A run holds whole rows of the window, [column][channel], or one place of it.
    private void Panel<TFrom, TTo>(TFrom* from, TTo* to, in Panel panel) where TFrom : unmanaged where TTo : unmanaged
    {
        ConvShape shape = _pixels.Shape;
        int numbers = _pixels.NumbersOfUnit, channels = shape.GroupChannels, tapsOfRun = shape.Taps / _pixels.Runs.Length;
        for (int run = 0; run < _pixels.Runs.Length; run++, to += (nint)_pixels.UnitsOfRun * panel.Width * numbers)
        {
            for (int tap = 0, j = 0; tap < tapsOfRun; tap++)
            {
                TFrom* place = from + (nint)(run * tapsOfRun + tap) * _order.Tap;
                for (int c = 0; c < channels; c++, j++)
                {
                    TTo* unit = to + (nint)(j / numbers) * panel.Width * numbers + j % numbers;
                    for (int o = 0; o < panel.Channels; o++)
                        unit[o * numbers] = Convert<TFrom, TTo>(place[(nint)c * _order.Input + (nint)o * _order.Output]);
                }
            }
        }
    }

    private static TTo Convert<TFrom, TTo>(TFrom value) where TFrom : unmanaged where TTo : unmanaged
    {
        short wide = typeof(TFrom) == typeof(sbyte) ? (sbyte)(object)value : (short)(object)value;
        return typeof(TTo) == typeof(sbyte) ? (TTo)(object)(sbyte)wide : (TTo)(object)wide;
    }
}
