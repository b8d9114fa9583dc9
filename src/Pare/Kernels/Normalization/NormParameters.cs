
namespace Pare.Kernels.Normalization;

/// <summary>The parameters of a normalization: weights, which are decoded once, or values.</summary>
internal sealed unsafe class NormParameters(KernelQuery query, int first, int count)
{
    private readonly PackedFloats?[] _values = new PackedFloats?[count];

    /// <summary>Bytes of decoded parameters.</summary>
    public long Bytes => Enumerable.Range(first, count).Sum(i => PackedFloats.BytesOf(query.Weight(i)));

    /// <summary>True where parameters are F32.</summary>
    public static bool AreFloats(KernelQuery query, int first, int count) => Enumerable.Range(first, count).All(query.IsFloat);

    /// <summary>Decodes those that are weights.</summary>
    public void Pack()
    {
        for (int i = 0; i < count; i++)
            _values[i] = query.Decoded(first + i);
    }

    /// <summary>A parameter of a run.</summary>
    public ReadOnlySpan<float> Of(in KernelArguments arguments, int input) =>
        _values[input - first] is { } values ? new ReadOnlySpan<float>(values.Floats, (int)values.Count) : arguments.Input(input);
}
