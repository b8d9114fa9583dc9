using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>
/// An operator whose images lie in memory with their channels last, [N, H, W, C] instead of [N, C, H, W]. Plans are lowered to it, files
/// never hold it. Its definition: permute the images, do what the inner operator does, permute back.
/// </summary>
/// <param name="Inner">What is computed, as if its images had their channels at axis 1.</param>
/// <param name="Images">Bit i: input i is an image.</param>
/// <param name="Results">Bit i: output i is an image.</param>
internal sealed record ChannelsLast(Operator Inner, ulong Images = 1, ulong Results = 1) : Operator
{
    /// <inheritdoc/>
    public override string Name => Inner.Name;

    /// <summary>True where an input lies with its channels last.</summary>
    public bool IsImage(int input) => input < 64 && (Images >> input & 1) != 0;

    /// <summary>True where an output lies with its channels last.</summary>
    public bool IsResult(int output) => output < 64 && (Results >> output & 1) != 0;

    /// <inheritdoc/>
    public override int? WeightAxis(int input) => Inner.WeightAxis(input);

    /// <inheritdoc/>
    public override bool CanOverwrite(int input) => Inner.CanOverwrite(input);

    /// <inheritdoc/>
    public override void Infer(InferScope s) => Inner.Infer(Within(s));

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => Inner.Cost(Within(s));

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var given = new Tensor?[inputs.Length];
        for (int i = 0; i < given.Length; i++) given[i] = inputs[i] is { } x && IsImage(i) ? Moved(x, ToFirst(x.Shape.Rank)) : inputs[i];
        var made = new Tensor[outputs.Length];
        for (int i = 0; i < made.Length; i++) made[i] = IsResult(i) && outputs[i].Shape.Rank > 2 ? new Tensor(outputs[i].DType, Permuted(outputs[i].Shape, ToFirst(outputs[i].Shape.Rank))) : outputs[i];
        Inner.Evaluate(given, made);
        for (int i = 0; i < made.Length; i++)
            if (!ReferenceEquals(made[i], outputs[i])) Moved(made[i], ToLast(made[i].Shape.Rank)).Bytes.CopyTo(outputs[i].Bytes);
    }

    /// <summary>The order of axes that brings the channels from axis 1 to the end: [0, 2, 3, 1].</summary>
    public static ImmutableArray<int> ToLast(int rank) => [0, .. AxisTables.Identity(rank)[2..], 1];

    /// <summary>The order of axes that brings the channels from the end to axis 1: [0, 3, 1, 2].</summary>
    public static ImmutableArray<int> ToFirst(int rank) => [0, rank - 1, .. AxisTables.Identity(rank)[1..^1]];

    /// <summary>A shape with its axes in another order.</summary>
    public static Shape Permuted(Shape shape, ImmutableArray<int> order) => new(order.Map(axis => shape[axis]));

    /// <summary>A tensor with its axes in another order.</summary>
    public static Tensor Moved(Tensor x, ImmutableArray<int> order)
    {
        var moved = new Tensor(x.DType, Permuted(x.Shape, order));
        new Transpose { Order = new ValueList<int>(order) }.Evaluate([x], [moved]);
        return moved;
    }

    private InnerScope Within(InferScope s) => new(
        s, s.Node,
        (i, type) => IsImage(i) ? type with { Shape = Permuted(type.Shape, ToFirst(type.Shape.Rank)) } : type,
        (i, type) => IsResult(i) ? type with { Shape = Permuted(type.Shape, ToLast(type.Shape.Rank)) } : type);
}
