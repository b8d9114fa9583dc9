using Pare.Encodings;

namespace Pare.Compression.Quantization.Rounding;

/// <summary>A weight of scales and integer codes, some of them not stored: what a rounding may choose anew.</summary>
/// <param name="Scaled">The encoding.</param>
/// <param name="Integer">Its codes.</param>
/// <param name="Sparse">Which of them are stored; null: all.</param>
internal sealed record RoundableWeight(Scaled Scaled, Integer Integer, Sparse? Sparse)
{
    /// <summary>The greatest code; the least is its opposite.</summary>
    public int Most => (1 << (Integer.Codes.Bits - 1)) - 1;

    /// <summary>The parts of an encoding; null where it is none of codes with the zero point 0.</summary>
    /// <exception cref="RecipeException">It is clustered: its values move together.</exception>
    public static RoundableWeight? Of(string name, WeightEncoding weight) => weight switch
    {
        Scaled { Scales: Dense, Inner: Integer { ZeroPoint: 0, IsSigned: true, Codes.Bits: >= 2 } codes } scaled => new RoundableWeight(scaled, codes, null),
        Scaled { Scales: Dense, Inner: Sparse { Values: Integer { ZeroPoint: 0, IsSigned: true, Codes.Bits: >= 2 } codes } sparse } scaled => new RoundableWeight(scaled, codes, sparse),
        _ when EncodingTree.Find<Codebook>(weight) is not null => throw new RecipeException(
            $"The weight '{name}' is clustered ({weight}): choosing codes one by one would break its clusters. Take rounding=nearest for it, or leave it out."),
        _ => null,
    };

    /// <summary>For each number of the whole weight its scale.</summary>
    public float[] Scales() => new Scaled(Scaled.Axis, Scaled.Scales, new Dense(Scaled.Shape, Ones(Scaled.Length)), Scaled.Block).ToArray();

    /// <summary>For each number of the whole weight the index of its scale.</summary>
    public int[] ScaleNumbers()
    {
        float[] numbers = new Scaled(Scaled.Axis, new Dense(Scaled.Scales.Shape, Counted(Scaled.Scales.Length)), new Dense(Scaled.Shape, Ones(Scaled.Length)), Scaled.Block).ToArray();
        return [.. numbers.Select(n => (int)n)];
    }

    /// <summary>Whether each number of the whole weight is stored; null: all are.</summary>
    public bool[]? Kept()
    {
        if (Sparse is null) return null;
        var kept = new bool[Scaled.Length];
        foreach (int position in Sparse.Positions.Span) kept[position] = true;
        return kept;
    }

    /// <summary>The same tree with other codes, and other scales where given.</summary>
    /// <param name="codes">One for each number of the whole weight.</param>
    /// <param name="scales">One for each index of a scale; null: they stay.</param>
    public WeightEncoding With(int[] codes, float[]? scales)
    {
        WeightEncoding inner = Sparse is null
            ? Integer.Of(Integer.Shape, Integer.Codes.Bits, codes, 0, isSigned: true)
            : new Sparse(Sparse.Shape, Sparse.Positions.ToArray(), Stored(codes), Sparse.IndexBits);
        return new Scaled(Scaled.Axis, scales is null ? Scaled.Scales : new Dense(Scaled.Scales.Shape, scales), inner, Scaled.Block);
    }

    private Integer Stored(int[] codes)
    {
        var stored = new int[Sparse!.Positions.Length];
        for (int i = 0; i < stored.Length; i++) stored[i] = codes[Sparse.Positions.Span[i]];
        return Integer.Of(Integer.Shape, Integer.Codes.Bits, stored, 0, isSigned: true);
    }

    private static float[] Ones(int count)
    {
        var ones = new float[count];
        Array.Fill(ones, 1);
        return ones;
    }

    private static float[] Counted(int count) => [.. Enumerable.Range(0, count).Select(i => (float)i)];
}
