namespace Pare.Operators;

/// <summary>A function of one number, for each element: the activations and what else differs by a formula alone.</summary>
public sealed partial record Unary : Operator
{
    /// <summary>The function with its default attributes.</summary>
    public Unary(UnaryFunction function)
    {
        Function = function;
        Alpha = function.Alpha ?? 0;
        Beta = function.Beta ?? 0;
    }

    /// <summary>The function.</summary>
    public UnaryFunction Function { get; }

    /// <summary>Attribute alpha (lambd of Shrink); 0 where the function has none.</summary>
    public float Alpha { get; init; }

    /// <summary>Attribute beta (gamma of Selu, bias of Shrink); 0 where the function has none.</summary>
    public float Beta { get; init; }

    /// <summary>How each function is read.</summary>
    public static IEnumerable<OperatorSpec> Specs => UnaryFunctions.All.DistinctBy(f => f.Name).Select(SpecOf);

    /// <inheritdoc/>
    public override string Name => Function.Name;

    /// <inheritdoc/>
    public override bool CanOverwrite(int input) => input == 0;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        if (Function.Whole is null) s.RealType(0);
        else s.NumberType(0);
        s.Output(0, s.Type(0));
        s.Compute(this, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.ElementWiseChannels();

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (Reals.Holds(outputs[0].DType))
        {
            Reals x = new(inputs[0]!), y = new(outputs[0]);
            for (int i = 0; i < y.Length; i++) y[i] = Function.Real(x[i], Alpha, Beta);
        }
        else
        {
            Wholes x = new(inputs[0]!), y = new(outputs[0]);
            for (int i = 0; i < y.Length; i++) y[i] = Function.Whole!(x[i]);
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(Function.SinceOpset, Name);
        WriteAttributes(w);
    }

    internal void WriteAttributes(OperatorWriter w)
    {
        Function.Variant?.Write(w);
        if (Function.Alpha is not null) w.Float(Function.AlphaName, Alpha);
        if (Function.Beta is not null) w.Float(Function.BetaName, Beta);
    }

    internal static OperatorSpec SpecOf(UnaryFunction function) => new(function.Name, r => Read(function, r), function.Domain, function.SinceOpset);

    private static Unary Read(UnaryFunction function, OperatorReader r)
    {
        if (function.Variant is not null) function = Variant.Choose(r, [.. UnaryFunctions.All.Where(f => f.Name == function.Name)], f => f.Variant);
        return new Unary(function)
        {
            Alpha = function.Alpha is { } alpha ? r.Float(function.AlphaName, alpha) : 0,
            Beta = function.Beta is { } beta ? r.Float(function.BetaName, beta) : 0,
        };
    }
}
