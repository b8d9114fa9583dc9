using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>What an operator inside a lowered one sees: the same node with some of its inputs, under types of its own.</summary>
/// <param name="outer">What the lowered operator sees.</param>
/// <param name="node">The node as the inner operator knows it.</param>
/// <param name="input">The type of an input for the inner operator.</param>
/// <param name="output">The type of an output for the lowered operator.</param>
internal sealed class InnerScope(InferScope outer, Node node, Func<int, TensorType, TensorType> input, Func<int, TensorType, TensorType> output) : InferScope
{
    /// <inheritdoc/>
    public override Node Node => node;

    /// <inheritdoc/>
    public override TensorType Type(int index) => input(index, outer.Type(index));

    /// <inheritdoc/>
    public override ImmutableArray<Dim>? Integers(int index) => outer.Integers(index);

    /// <inheritdoc/>
    public override Tensor? Constant(int index) => outer.Constant(index);

    /// <inheritdoc/>
    public override void Output(int index, TensorType type) => outer.Output(index, output(index, type));

    /// <inheritdoc/>
    public override void OutputIntegers(int index, ImmutableArray<Dim> values) => outer.OutputIntegers(index, values);
}
