namespace Pare.Compression.Quantization;

/// <summary>x = (code - zero) * scale with codes from <paramref name="Least"/> to <paramref name="Most"/>.</summary>
/// <param name="Scale">Above 0 and finite.</param>
/// <param name="Zero">The code of 0.</param>
/// <param name="Type">U8 or I8; U16 or I16 for 16 bits.</param>
/// <param name="Least">The least code.</param>
/// <param name="Most">The greatest code.</param>
public readonly record struct ActivationQuantizer(float Scale, int Zero, DType Type, int Least, int Most)
{
    // Below this, products of scales fall out of the range of normal floats.
    private const float LeastScale = 1e-18f;

    /// <summary>True where codes do not use the whole width of the type: then a clip must stand in front.</summary>
    public bool IsNarrow => Most - Least + 1 < (Type is DType.U8 or DType.I8 ? 255 : 65_535);

    /// <summary>The least and the greatest number that codes can say.</summary>
    public ActivationRange Range => new((Least - Zero) * Scale, (Most - Zero) * Scale);

    /// <summary>The quantizer of a range, which is widened to hold 0.</summary>
    /// <param name="range">Finite numbers.</param>
    /// <param name="format">Width and symmetry.</param>
    /// <exception cref="ArgumentException">A number is not finite, or the width is not 2 to 8 or 16 bits.</exception>
    /// <remarks>A range that is one number, and 0, keeps that number exactly.</remarks>
    public static ActivationQuantizer Of(ActivationRange range, ActivationFormat format)
    {
        if (format.Bits is not (>= 2 and <= 8 or 16)) throw new ArgumentException($"Activations of {format.Bits} bits; 2 to 8 and 16 are possible.", nameof(format));
        if (!float.IsFinite(range.Low) || !float.IsFinite(range.High)) throw new ArgumentException($"The range {range} is not finite.", nameof(range));
        range = range.WithZero();
        bool signed = format.Symmetric && range.Low < 0, wide = format.Bits > 8;
        int most = signed ? (1 << (format.Bits - 1)) - 1 : (1 << format.Bits) - 1, least = signed ? -most : 0;
        DType type = (signed, wide) switch { (false, false) => DType.U8, (true, false) => DType.I8, (false, true) => DType.U16, _ => DType.I16 };
        if (signed) return new((float)Math.Max(LeastScale, Math.Max(-(double)range.Low, range.High) / most), 0, type, least, most);
        float scale = (float)Math.Max(LeastScale, ((double)range.High - range.Low) / most);
        return new(scale, (int)Math.Clamp(Math.Round(-range.Low / (double)scale), least, most), type, least, most);
    }

    /// <summary>The quantizer of a value that is always the same number: exact.</summary>
    public static ActivationQuantizer OfConstant(float value, ActivationFormat format)
    {
        ActivationQuantizer usual = Of(new ActivationRange(value, value), format);
        if (MathF.Abs(value) < LeastScale) return usual with { Scale = 1, Zero = 0 };
        return usual with { Scale = MathF.Abs(value), Zero = usual.Type is DType.U8 or DType.U16 && value < 0 ? 1 : 0 };
    }

    /// <summary>Quantizes and goes back: the definition of the pair of nodes.</summary>
    public float Apply(float x) => (Math.Clamp((int)MathF.Round(Math.Clamp(x / Scale, -1e6f, 1e6f), MidpointRounding.ToEven) + Zero, Least, Most) - Zero) * Scale;
}
