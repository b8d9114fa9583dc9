using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>
/// A body again and again: inputs the number of rounds (I64, optional), a condition (Bool, optional), values that are carried from round to
/// round, then what the body reads from outside. The body is given the round, the condition and the carried values, and gives a new condition,
/// the carried values, and values that are stacked on a new first axis.
/// </summary>
/// <param name="Round">The body.</param>
public sealed record Loop(Subgraph Round) : Operator
{
    /// <summary>A loop that has not ended after so many rounds never will.</summary>
    private const long MostRounds = 10_000_000;

    private const int First = 2; // inputs before the carried ones: rounds and condition

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Loop", Read);

    /// <inheritdoc/>
    public override string Name => "Loop";

    /// <summary>How many values are carried.</summary>
    public int Carried => Round.Formal - First;

    /// <inheritdoc/>
    public override ImmutableArray<Subgraph> Bodies => [Round];

    /// <inheritdoc/>
    public override Operator WithBodies(ImmutableArray<Subgraph> bodies) => this with { Round = bodies[0] };

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        if (s.Has(0)) s.Holds(0, DType.I64);
        if (s.Has(1)) s.Holds(1, DType.Bool);
        if (Constants(s) is { } inputs && Run(inputs) is var results && results.All(r => r is not null))
        {
            for (int i = 0; i < results.Length; i++) s.Output(i, results[i]!.Type);
            return;
        }
        var given = new TensorType[Round.Formal];
        (given[0], given[1]) = (new TensorType(DType.I64, Shape.Scalar), new TensorType(DType.Bool, Shape.Scalar));
        for (int i = First; i < given.Length; i++) given[i] = s.Type(i);
        (ImmutableArray<TensorType> made, TypeInference inside) = Settle(s, given);
        for (int i = 0; i < Carried; i++) s.Output(i, given[i + First]);
        Dim rounds = RoundsOf(s, inside) is { } known ? known : Dim.Named($"{s.Node.Name}.rounds");
        for (int i = Carried; i < made.Length - 1; i++) s.Output(i, new TensorType(made[i + 1].DType, new Shape(made[i + 1].Shape.Prepend(rounds))));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => Body.Give("Loop", Run(inputs), outputs);

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Attribute("body", new AttributeValue.Graph(Round));

    // Types of carried values may change in the first rounds: lengths that do get a name.
    private (ImmutableArray<TensorType> Made, TypeInference Inside) Settle(InferScope s, TensorType[] given)
    {
        for (int round = 0; ; round++)
        {
            TypeInference inside = Body.Infer(Round, s, given, Round.Formal);
            ImmutableArray<TensorType> made = inside.Outputs(Round);
            bool settled = true;
            for (int i = First; i < given.Length; i++)
            {
                TensorType joined = s.Join(given[i], made[i - 1], $"the carried value {i - First}", i - First);
                settled &= joined.Equals(given[i]);
                given[i] = joined;
            }
            if (settled) return (made, inside);
            if (round > Round.Formal * 8) throw s.Fail("the types of its carried values do not settle.");
        }
    }

    /// <summary>The number of rounds, where it is known and no condition can end the loop before.</summary>
    private long? RoundsOf(InferScope s, TypeInference inside)
    {
        bool? start = !s.Has(1) ? true : s.Numbers(1) is [var value] ? value != 0 : null;
        if (start == false) return 0;
        if (start is null || !s.Has(0) || s.Numbers(0) is not [var most]) return null;
        most = Math.Max(most, 0);
        bool? goesOn = !inside.Integers.TryGetValue(Round.Outputs[0], out ImmutableArray<Dim> next) || next is not [{ IsKnown: true } known]
            ? Round.Nodes.Any(n => n.Operator is Identity && n.Inputs[0] == Round.Inputs[1] && n.Outputs[0] == Round.Outputs[0]) ? true : null // the condition it was given
            : known.Constant != 0;
        return goesOn switch { true => most, false => Math.Min(most, 1), null => null };
    }

    private static Tensor?[]? Constants(InferScope s)
    {
        var inputs = new Tensor?[s.InputCount];
        for (int i = 0; i < inputs.Length; i++)
            if (s.Has(i) && (inputs[i] = s.Constant(i)) is null) return null;
        return inputs;
    }

    /// <summary>The outputs; null for a stacked one of a loop of no rounds.</summary>
    private Tensor?[] Run(ReadOnlySpan<Tensor?> inputs)
    {
        long rounds = inputs[0]?.As<long>()[0] ?? long.MaxValue;
        bool goesOn = inputs[1] is not { } condition || condition.Bytes[0] != 0;
        Tensor?[] given = inputs.ToArray();
        var stacks = Enumerable.Range(0, Round.Outputs.Length - 1 - Carried).Select(_ => new List<Tensor>()).ToList();
        for (long round = 0; round < rounds && goesOn; round++)
        {
            if (round >= MostRounds) throw new ModelException($"A loop did not end in {MostRounds} rounds.");
            (given[0], given[1]) = (Tensor.Scalar(round), Tensor.Scalar(true));
            Tensor[] made = Body.Run(Round, given);
            goesOn = made[0].Bytes[0] != 0;
            for (int i = 0; i < Carried; i++) given[First + i] = made[1 + i];
            for (int i = 0; i < stacks.Count; i++) stacks[i].Add(made[1 + Carried + i]);
        }
        return [.. given[First..Round.Formal], .. stacks.Select(stack => stack.Count > 0 ? Body.Stack(stack, stack[0].Type, 0) : null)];
    }

    private static Loop Read(OperatorReader r)
    {
        var loop = new Loop(r.Graph("body"));
        if (loop.Carried < 0 || r.InputCount != loop.Round.Inputs.Length)
            throw r.Fail($"it has {r.InputCount - loop.Round.Captured} inputs, its body {loop.Round.Formal}; they must be as many, 2 or more.");
        if (loop.Round.Outputs.Length < 1 + loop.Carried || r.OutputCount > loop.Round.Outputs.Length - 1)
            throw r.Fail($"its body has {loop.Round.Outputs.Length} outputs; the condition, {loop.Carried} carried values and as many stacked ones as the node has are needed.");
        return loop;
    }
}
