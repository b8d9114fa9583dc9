using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>A function of two values, for each pair of elements: arithmetic, comparison and logic.</summary>
/// <param name="Function">The function.</param>
public sealed partial record Binary(BinaryFunction Function) : Operator
{
    /// <summary>How each function is read.</summary>
    public static IEnumerable<OperatorSpec> Specs =>
        BinaryFunctions.All.DistinctBy(f => f.Name).Select(f => new OperatorSpec(f.Name, r => Read(f, r), f.Domain, f.SinceOpset));

    /// <inheritdoc/>
    public override string Name => Function.Name;

    /// <inheritdoc/>
    public override bool CanOverwrite(int input) => true;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        if (!Function.Mixed) s.SameType(0, 1);
        if (Function.OnlyTruth) s.Holds(0, DType.Bool);
        else if (Function.OnlyWhole) s.WholeType(0);
        else if (!Function.TakesTruth) s.NumberType(0);
        var type = new TensorType(Function.Decides ? DType.Bool : s.Type(0).DType, Function.OneWay ? OneWay(s) : Broadcast.Shape(s, 2));
        s.Output(0, type);
        if (Function.Form is not null && KnownValues.Small(type)) InferForms(s, type.Shape);
        else if (Function.Whole is not null) s.Compute(this, type);
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.ElementWiseChannels();

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, Broadcast.Shape(s, 2).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor a = inputs[0]!, b = inputs[1]!;
        Operand left = new(a.Shape, outputs[0].Shape), right = new(b.Shape, outputs[0].Shape);
        bool realLeft = Reals.Holds(a.DType), realRight = Reals.Holds(b.DType);
        for (int i = 0, count = outputs[0].Length; i < count; i++)
        {
            int p = left.At(i), q = right.At(i);
            if (!realLeft && !realRight)
            {
                new Wholes(outputs[0])[i] = Function.Whole!(new Wholes(a)[p], new Wholes(b)[q]);
                continue;
            }
            double value = Function.Real!(realLeft ? new Reals(a)[p] : new Wholes(a)[p], realRight ? new Reals(b)[q] : new Wholes(b)[q]);
            if (Reals.Holds(outputs[0].DType)) new Reals(outputs[0])[i] = value;
            else new Wholes(outputs[0])[i] = (long)value;
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(Function.SinceOpset, Name);
        Function.Variant?.Write(w);
    }

    private static Binary Read(BinaryFunction function, OperatorReader r) => new(function.Variant is null
        ? function
        : Variant.Choose(r, [.. BinaryFunctions.All.Where(f => f.Name == function.Name)], f => f.Variant));

    private static Shape OneWay(InferScope s)
    {
        Shape x = s.Shape(0), common = Broadcast.Shape(s, 2);
        if (!common.Agrees(x))
            throw s.Fail($"input 1 is {s.Shape(1)}, which does not broadcast to input 0, {x}.");
        return x;
    }

    private void InferForms(InferScope s, Shape shape)
    {
        if (s.Integers(0) is not { } a || s.Integers(1) is not { } b) return;
        Operand left = new(s.Shape(0), shape), right = new(s.Shape(1), shape);
        ImmutableArray<Dim>.Builder values = ImmutableArray.CreateBuilder<Dim>();
        for (int i = 0; i < shape.Elements; i++)
        {
            if (Function.Form!(a[left.At(i)], b[right.At(i)]) is not { } value) return;
            values.Add(value);
        }
        s.OutputIntegers(0, values.ToImmutable());
    }
}
