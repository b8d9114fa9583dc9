namespace Pare.Compression.Training;

/// <summary>One leaf of a weight's encoding tree, in memory that the trainer owns.</summary>
public sealed class TrainableLeaf
{
    private Memory<float> _values;
    private Memory<float> _gradient;

    internal TrainableLeaf(string weight, LeafScope where, Memory<float> values, bool trains, bool decays)
    {
        Weight = weight;
        Path = where.Path;
        Role = where.Role;
        Trains = trains;
        Decays = decays;
        _values = values;
        _gradient = trains ? new float[values.Length] : default;
    }

    /// <summary>The weight that it belongs to.</summary>
    public string Weight { get; }

    /// <summary>For example "conv1.weight/values/table".</summary>
    public string Path { get; }

    /// <summary>What the numbers mean.</summary>
    public LeafRole Role { get; }

    /// <summary>Whether an optimizer changes it.</summary>
    public bool Trains { get; }

    /// <summary>Whether weight decay applies by default: to weights of at least two axes, and not to biases, batch-norm parameters, tables and scales.</summary>
    public bool Decays { get; }

    /// <summary>The numbers.</summary>
    public Span<float> Values => _values.Span;

    /// <summary>The loss's gradient, as of the last <see cref="TrainableWeights.PullBack(string, ReadOnlySpan{float})"/>; empty where the leaf does not train.</summary>
    public Span<float> Gradient => _gradient.Span;

    internal Memory<float> Memory => _values;

    /// <summary>Moves the values (copied) and the gradient into other memory of the same length.</summary>
    internal void MoveTo(Memory<float> values, Memory<float> gradient)
    {
        _values.Span.CopyTo(values.Span);
        (_values, _gradient) = (values, gradient);
    }
}
