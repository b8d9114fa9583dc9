using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>One of two bodies, by a truth value: inputs condition (one Bool), then what either body reads from outside.</summary>
/// <param name="Then">The body where the condition is true.</param>
/// <param name="Else">The body where it is false; both read the same values from outside.</param>
public sealed record If(Subgraph Then, Subgraph Else) : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("If", Read);

    /// <inheritdoc/>
    public override string Name => "If";

    /// <inheritdoc/>
    public override ImmutableArray<Subgraph> Bodies => [Then, Else];

    /// <inheritdoc/>
    public override Operator WithBodies(ImmutableArray<Subgraph> bodies) => this with { Then = bodies[0], Else = bodies[1] };

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Holds(0, DType.Bool);
        if (s.Numbers(0) is [var known])
        {
            Subgraph taken = known != 0 ? Then : Else;
            TypeInference inside = Body.Infer(taken, s, [], 1);
            for (int i = 0; i < taken.Outputs.Length; i++)
            {
                s.Output(i, inside.Types[taken.Outputs[i]]);
                if (i < s.Node.Outputs.Length && s.Node.Outputs[i].Length > 0 && inside.Integers.TryGetValue(taken.Outputs[i], out ImmutableArray<Dim> values)) s.OutputIntegers(i, values);
            }
            return;
        }
        ImmutableArray<TensorType> then = Body.Infer(Then, s, [], 1).Outputs(Then), other = Body.Infer(Else, s, [], 1).Outputs(Else);
        for (int i = 0; i < then.Length; i++) s.Output(i, s.Join(then[i], other[i], $"output {i}", i));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) =>
        Body.Give("If", Body.Run(inputs[0]!.Bytes[0] != 0 ? Then : Else, inputs[1..]), outputs);

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Attribute("then_branch", new AttributeValue.Graph(Then));
        w.Attribute("else_branch", new AttributeValue.Graph(Else));
    }

    private static If Read(OperatorReader r)
    {
        Subgraph then = r.Graph("then_branch"), other = r.Graph("else_branch");
        if (then.Formal != 0 || other.Formal != 0) throw r.Fail("its branches have inputs; they may only read values from outside.");
        if (then.Captured != other.Captured || r.InputCount != 1 + then.Captured) throw r.Fail("it needs one input, the condition.");
        if (then.Outputs.Length != other.Outputs.Length || r.OutputCount > then.Outputs.Length)
            throw r.Fail($"its branches have {then.Outputs.Length} and {other.Outputs.Length} outputs, the node {r.OutputCount}.");
        return new If(then, other);
    }
}
