using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>Input 1 where the condition (input 0) holds, otherwise input 2; all three are broadcast.</summary>
public sealed partial record Where : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Where", _ => new Where(), SinceOpset: 9);

    /// <inheritdoc/>
    public override string Name => "Where";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 3);
        s.Holds(0, DType.Bool);
        s.SameType(1, 2);
        var type = new TensorType(s.Type(1).DType, Broadcast.Shape(s, 3));
        s.Output(0, type);
        if (KnownValues.Small(type) && s.Numbers(0) is { } condition && s.Integers(1) is { } yes && s.Integers(2) is { } no)
            s.OutputIntegers(0, Choose(s, type.Shape, condition, yes, no));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.ElementWiseChannels();

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor y = outputs[0];
        Operand condition = new(inputs[0]!.Shape, y.Shape), yes = new(inputs[1]!.Shape, y.Shape), no = new(inputs[2]!.Shape, y.Shape);
        int size = y.DType.Size();
        for (int i = 0; i < y.Length; i++)
        {
            (Tensor from, int at) = inputs[0]!.Bytes[condition.At(i)] != 0 ? (inputs[1]!, yes.At(i)) : (inputs[2]!, no.At(i));
            from.Bytes.Slice(at * size, size).CopyTo(y.Bytes[(i * size)..]);
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Since(9, Name);

    private static ImmutableArray<Dim> Choose(InferScope s, Shape shape, long[] condition, ImmutableArray<Dim> yes, ImmutableArray<Dim> no)
    {
        Operand c = new(s.Shape(0), shape), y = new(s.Shape(1), shape), n = new(s.Shape(2), shape);
        return [.. Enumerable.Range(0, (int)shape.Elements).Select(i => condition[c.At(i)] != 0 ? yes[y.At(i)] : no[n.At(i)])];
    }
}
