using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>
/// A body over the places of an axis: inputs states, then sequences, then what the body reads from outside. The body is given the states and one
/// slice of each sequence, and gives the states and values that are stacked on a new axis.
/// </summary>
/// <param name="Step">The body.</param>
/// <param name="Sequences">How many inputs are sequences.</param>
public sealed record Scan(Subgraph Step, int Sequences) : Operator
{
    /// <summary>How it is read; before opset 9 it had a batch axis, which Pare does not have.</summary>
    public static OperatorSpec Spec { get; } = new("Scan", Read, SinceOpset: 9);

    /// <summary>The axis of each sequence; empty: 0 for all.</summary>
    public ValueList<int> InputAxes { get; init; } = [];

    /// <summary>1 for each sequence that is read from its end; empty: none.</summary>
    public ValueList<int> InputReversed { get; init; } = [];

    /// <summary>The new axis of each stacked output; empty: 0 for all.</summary>
    public ValueList<int> OutputAxes { get; init; } = [];

    /// <summary>1 for each stacked output that is written from its end; empty: none.</summary>
    public ValueList<int> OutputReversed { get; init; } = [];

    /// <inheritdoc/>
    public override string Name => "Scan";

    /// <summary>How many states there are.</summary>
    public int States => Step.Formal - Sequences;

    /// <summary>The axis of a sequence of that rank.</summary>
    internal int InputAxis(int sequence, int rank) => At(InputAxes, sequence) is var axis && axis < 0 ? axis + rank : axis;

    /// <summary>The axis of a stacked output, of that rank with the axis.</summary>
    internal int OutputAxis(int output, int rank) => At(OutputAxes, output) is var axis && axis < 0 ? axis + rank : axis;

    /// <inheritdoc/>
    public override ImmutableArray<Subgraph> Bodies => [Step];

    /// <inheritdoc/>
    public override Operator WithBodies(ImmutableArray<Subgraph> bodies) => this with { Step = bodies[0] };

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        var given = new TensorType[Step.Formal];
        for (int i = 0; i < States; i++) given[i] = s.Type(i);
        Dim? length = null;
        for (int i = 0; i < Sequences; i++)
        {
            TensorType type = s.Type(States + i);
            int axis = s.Axis(At(InputAxes, i), type.Shape.Rank);
            if (length is { } other && !other.Agrees(type.Shape[axis])) throw s.Fail($"its sequences have {other} and {type.Shape[axis]} places; they must be as long.");
            length = length is { IsKnown: true } ? length : type.Shape[axis];
            given[States + i] = type with { Shape = new Shape(type.Shape.Where((_, a) => a != axis)) };
        }
        ImmutableArray<TensorType> made = Body.Infer(Step, s, given, Step.Formal).Outputs(Step);
        for (int i = 0; i < made.Length; i++)
        {
            if (i < States)
            {
                if (!made[i].Equals(given[i])) throw new UnsupportedException($"Node {s.Node}: the state {i} is {given[i]} and then {made[i]}; states that change their type are not supported.");
                s.Output(i, made[i]);
                continue;
            }
            int axis = s.Axis(At(OutputAxes, i - States), made[i].Shape.Rank + 1);
            s.Output(i, made[i] with { Shape = new Shape([.. made[i].Shape.Take(axis), length!.Value, .. made[i].Shape.Skip(axis)]) });
        }
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor?[] given = inputs.ToArray();
        Tensor[] sequences = [.. given[States..Step.Formal].Select(t => t!)];
        int length = sequences[0].Dims[InputAxis(0, sequences[0].Shape.Rank)];
        var stacks = Enumerable.Range(0, Step.Outputs.Length - States).Select(_ => new List<Tensor>()).ToList();
        for (int place = 0; place < length; place++)
        {
            for (int i = 0; i < Sequences; i++)
                given[States + i] = Body.Slice(sequences[i], InputAxis(i, sequences[i].Shape.Rank), At(InputReversed, i) != 0 ? length - 1 - place : place);
            Tensor[] made = Body.Run(Step, given);
            for (int i = 0; i < States; i++) given[i] = made[i];
            for (int i = 0; i < stacks.Count; i++) stacks[i].Add(made[States + i]);
        }
        var results = given[..States].Select(t => t!).ToList();
        for (int i = 0; i < stacks.Count; i++)
        {
            if (At(OutputReversed, i) != 0) stacks[i].Reverse();
            int axis = OutputAxis(i, States + i < outputs.Length ? outputs[States + i].Shape.Rank : 1);
            results.Add(stacks[i].Count > 0 && States + i < outputs.Length && outputs[States + i].Length > 0 ? Body.Stack(stacks[i], stacks[i][0].Type, axis) : new Tensor(DType.U8, Shape.Of(0)));
        }
        Body.Give("Scan", results, outputs);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(9, "Scan without a batch axis");
        w.Attribute("body", new AttributeValue.Graph(Step));
        w.Int("num_scan_inputs", Sequences);
        w.IntList("scan_input_axes", InputAxes);
        w.IntList("scan_input_directions", InputReversed);
        w.IntList("scan_output_axes", OutputAxes);
        w.IntList("scan_output_directions", OutputReversed);
    }

    private static int At(ValueList<int> list, int index) => index < list.Count ? list[index] : 0;

    private static Scan Read(OperatorReader r)
    {
        Subgraph body = r.Graph("body");
        var scan = new Scan(body, r.Int32("num_scan_inputs", least: 1))
        {
            InputAxes = r.IntList("scan_input_axes"),
            InputReversed = r.IntList("scan_input_directions"),
            OutputAxes = r.IntList("scan_output_axes"),
            OutputReversed = r.IntList("scan_output_directions"),
        };
        if (scan.States < 0 || r.InputCount != body.Inputs.Length || body.Outputs.Length < scan.States || r.OutputCount > body.Outputs.Length)
            throw r.Fail($"it has {r.InputCount - body.Captured} inputs and {r.OutputCount} outputs, {scan.Sequences} of the inputs sequences; its body has {body.Formal} and {body.Outputs.Length}.");
        return scan;
    }
}
