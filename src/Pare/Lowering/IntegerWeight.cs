using Pare.Encodings;

namespace Pare.Lowering;

/// <summary>What an integer layer holds: codes, a bias in units of the sums, and what a unit is in units of the result.</summary>
/// <param name="Codes">I8 where they fit, otherwise I16, of the weight's shape.</param>
/// <param name="Bias">One for each output channel, or null.</param>
/// <param name="Factors">One, or one for each output channel.</param>
/// <param name="IsAsStored">The codes are the weight's own.</param>
internal sealed record IntegerWeight(Tensor Codes, int[]? Bias, float[] Factors, bool IsAsStored)
{
    /// <summary>The greatest bias in units of the sums. What is left up to 2^31 is for the products.</summary>
    private const float MostBias = 1 << 30;

    /// <summary>Makes what a layer needs.</summary>
    /// <param name="layer">For messages.</param>
    /// <param name="weight">Codes and scales, those of one axis or of the whole.</param>
    /// <param name="axis">The output channels.</param>
    /// <param name="bias">Floats: none, one, or one for each channel.</param>
    /// <param name="scale">The scale of the input.</param>
    /// <param name="reach">The greatest |x - zero point|.</param>
    /// <param name="result">The scale of the result.</param>
    /// <exception cref="ModelException">Sums might not fit in 32 bits, or a factor is not finite.</exception>
    public static IntegerWeight Of(Node layer, QuantizedWeight weight, int axis, float[]? bias, float scale, int reach, float result)
    {
        int channels = weight.Shape.Fixed[axis];
        float[] scales = [.. Enumerable.Range(0, channels).Select(c => weight.Scales[weight.Scales.Length == 1 ? 0 : c])];
        short[] codes = weight.Codes;
        int[]? units = null;
        if (bias is not null)
        {
            units = new int[channels];
            for (int c = 0; c < channels; c++)
            {
                float offset = bias[bias.Length == 1 ? 0 : c];
                if (!float.IsFinite(offset)) throw new ModelException($"Node {layer}: the bias of output channel {c} is {offset}; a finite number is needed.");
                int coarser = Coarser(offset, scale, scales[c]);
                if (coarser > 0)
                {
                    if (ReferenceEquals(codes, weight.Codes)) codes = [.. codes];
                    Coarsen(codes, AxisSlices.Of(weight.Shape, axis), c, coarser);
                    scales[c] = MathF.ScaleB(scales[c], coarser);
                }
                units[c] = (int)Units(offset, scale, scales[c]);
            }
        }
        RequireFit(layer, codes, AxisSlices.Of(weight.Shape, axis), units, reach);
        bool isAsStored = ReferenceEquals(codes, weight.Codes);
        float[] factors = [.. (weight.Scales.Length == 1 && isAsStored ? scales.Take(1) : scales).Select(s => scale * s / result)];
        int fault = Array.FindIndex(factors, f => !float.IsFinite(f));
        if (fault >= 0)
            throw new ModelException($"Node {layer}: the scales {scale} of its input, {scales[fault]} of its weight (channel {fault}) and {result} of its result give no finite factor.");
        return new IntegerWeight(Pack(weight.Shape, codes), units, [.. factors.Select(Plain)], isAsStored);
    }

    /// <summary>Codes as a tensor of the narrowest type.</summary>
    public static Tensor Pack(Shape shape, short[] codes) => Array.TrueForAll(codes, c => c is >= sbyte.MinValue and <= sbyte.MaxValue)
        ? Tensor.Of<sbyte>(shape, Array.ConvertAll(codes, c => (sbyte)c))
        : Tensor.Of<short>(shape, codes);

    /// <summary>A factor that is too small for full precision gives 0 with every sum; as 0 it does so however a processor treats such numbers.</summary>
    public static float Plain(float factor) => float.IsSubnormal(factor) ? 0 : factor;

    /// <summary>A bias in units of the sums, in floats as files are written: half to even, of its quotient by the product of the scales.</summary>
    public static float Units(float bias, float scale, float weightScale) => bias == 0 ? 0 : MathF.Round(bias / (scale * weightScale), MidpointRounding.ToEven);

    /// <summary>Refuses a layer whose sums might not fit in 32 bits: for each channel the sum of |code| times the greatest |x - zero|, and |bias|.</summary>
    public static void RequireFit(Node layer, short[] codes, AxisSlices slices, int[]? bias, int reach)
    {
        for (int c = 0; c < slices.Length; c++)
        {
            long sum = 0;
            for (int outer = 0; outer < slices.Outer; outer++)
                foreach (short code in codes.AsSpan((outer * slices.Length + c) * slices.Inner, slices.Inner)) sum += Math.Abs((int)code);
            RequireFit(layer, sum * reach + Math.Abs((long)(bias?[c] ?? 0)), $"weights of fewer bits, or two layers of half the input channels that are added (output channel {c})");
        }
    }

    /// <summary>Refuses a node whose sums might not fit in 32 bits.</summary>
    public static void RequireFit(Node node, long bound, string instead)
    {
        if (bound < 1L << 31) return;
        throw new ModelException(
            $"Node {node}: its sums of integers can reach {bound}, which does not fit in 32 bits; they must stay below {1L << 31}. "
            + $"Take {instead}, or leave it in floats (PlanOptions.IntegerArithmetic = false, or no QuantizeLinear around it).");
    }

    // How many times the scale of a channel is doubled so that its bias fits: 0 but for channels whose weights are next to nothing.
    private static int Coarser(float bias, float scale, float weightScale)
    {
        int times = 0;
        while (Math.Abs(Units(bias, scale, MathF.ScaleB(weightScale, times))) > MostBias) times++;
        return times;
    }

    private static void Coarsen(short[] codes, AxisSlices slices, int channel, int times)
    {
        for (int outer = 0; outer < slices.Outer; outer++)
            foreach (ref short code in codes.AsSpan((outer * slices.Length + channel) * slices.Inner, slices.Inner))
                code = (short)Math.Round(Math.ScaleB(code, -times), MidpointRounding.ToEven);
    }
}
