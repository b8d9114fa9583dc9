namespace Pare.Operators;

/// <summary>
/// Drops elements at random and scales the others by 1 / (1 - ratio). Inputs x, ratio (scalar in [0, 1]), position (I64 [2]: seed and
/// step). The mask follows from seed, step and <see cref="Stream"/> alone, so its gradient is the same operator on dy.
/// </summary>
/// <remarks>Srivastava et al., JMLR 15, 2014, with the scaling moved to training.</remarks>
public sealed record DropoutTraining : Operator
{
    private const ulong StreamStep = 0x9E3779B97F4A7C15;

    /// <summary>Tells the dropouts of a model apart.</summary>
    public long Stream { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("DropoutTraining", r => new DropoutTraining { Stream = r.Int("stream", 0) }, PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "DropoutTraining";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 3);
        s.RealType(0);
        s.RealType(1);
        s.Holds(2, DType.I64);
        if (!s.ShapeOfRank(2, 1, 1)[0].Agrees(2)) throw s.Fail($"input 2 is {s.Shape(2)}; seed and step are needed, so it must be [2].");
        s.Output(0, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals x = new(inputs[0]!), y = new(outputs[0]);
        double ratio = new Reals(inputs[1]!)[0], scale = ratio < 1 ? 1 / (1 - ratio) : 0;
        Rng rng = Generator(inputs[2]!.As<long>());
        for (int i = 0; i < y.Length; i++) y[i] = rng.NextSingle() < ratio ? 0 : x[i] * scale;
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(this, s.OutputGradient(), s.Node.Input(1), s.Node.Input(2)));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Int("stream", Stream);

    /// <summary>The generator whose i-th number decides over element i: it is dropped where the number is below the ratio.</summary>
    /// <param name="position">Seed and step.</param>
    internal Rng Generator(ReadOnlySpan<long> position) =>
        unchecked(new Rng((ulong)position[0], StreamOf(position)));

    /// <summary>The generator's stream.</summary>
    internal ulong StreamOf(ReadOnlySpan<long> position) => unchecked((ulong)Stream * StreamStep + (ulong)position[1]);
}
