using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>
/// What <see cref="Rnn"/>, <see cref="Gru"/> and <see cref="Lstm"/> share. Inputs x [T, N, I], weight [D, G H, I], recurrent weight
/// [D, G H, H], biases [D, 2 G H] (optional; of the input, then of the state), lengths [N] (I32, optional), first state [D, N, H]
/// (optional); outputs all states [T, D, N, H] and the last state [D, N, H], both optional. T steps, N sequences, I inputs, H hidden, D
/// directions, G gates. Steps beyond a sequence's length are 0.
/// </summary>
public abstract record Recurrent : Operator
{
    /// <summary>How many hidden numbers; 0: the weights say it.</summary>
    public int Hidden { get; init; }

    /// <summary>The order of steps.</summary>
    public RecurrentDirection Direction { get; init; }

    /// <summary>Names of the activations, those of the second direction last; empty: the layer's own.</summary>
    public ValueList<string> Activations { get; init; }

    /// <summary>Parameters of the activations that have them, in order.</summary>
    public ValueList<float> Alphas { get; init; }

    /// <summary>Second parameters of the activations that have them, in order.</summary>
    public ValueList<float> Betas { get; init; }

    /// <summary>Inputs of activations are clipped to [-clip, clip]; 0: not at all.</summary>
    public float Clip { get; init; }

    /// <summary>Sequences come first: x [N, T, I], all states [N, T, D, H], states [N, D, H].</summary>
    public bool BatchFirst { get; init; }

    /// <summary>Gates of the layer.</summary>
    internal abstract int Gates { get; }

    /// <summary>The activations where the file names none.</summary>
    internal abstract ImmutableArray<string> DefaultActivations { get; }

    private int Directions => Direction == RecurrentDirection.Bidirectional ? 2 : 1;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        DType type = s.RealType(0);
        Shape x = s.ShapeOfRank(0, 3, 3), weight = s.ShapeOfRank(1, 3, 3), recurrent = s.ShapeOfRank(2, 3, 3);
        Dim hidden = recurrent[2];
        if (!weight[0].Agrees(Directions) || !recurrent[0].Agrees(Directions))
            throw s.Fail($"the weights {weight} and {recurrent} must have {Directions} as axis 0: direction is {Direction}.");
        if (!weight[1].Agrees(hidden * Gates) || !recurrent[1].Agrees(hidden * Gates) || !weight[2].Agrees(x[2]) || (Hidden > 0 && !hidden.Agrees(Hidden)))
            throw s.Fail($"the weights {weight} and {recurrent} do not fit {Gates} gates, {(Hidden > 0 ? Hidden : hidden)} hidden numbers and {x[2]} inputs.");
        if (s.Has(3) && !s.ShapeOfRank(3, 2, 2)[1].Agrees(hidden * (2 * Gates))) throw s.Fail($"the biases are {s.Shape(3)}; [{Directions}, {hidden * (2 * Gates)}] is needed.");
        if (s.Has(4)) s.Holds(4, DType.I32);
        for (int i = 1; i < s.InputCount; i++)
            if (i != 4 && s.Has(i)) s.SameType(0, i);
        (Dim steps, Dim batch) = BatchFirst ? (x[1], x[0]) : (x[0], x[1]);
        Shape state = BatchFirst ? new Shape([batch, Directions, hidden]) : new Shape([Directions, batch, hidden]);
        s.Output(0, new TensorType(type, BatchFirst ? new Shape([batch, steps, Directions, hidden]) : new Shape([steps, Directions, batch, hidden])));
        for (int output = 1; output < s.Node.Outputs.Length; output++) s.Output(output, new TensorType(type, state));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!;
        int steps = x.Dims[BatchFirst ? 1 : 0], batch = x.Dims[BatchFirst ? 0 : 1], hidden = inputs[2]!.Dims[2];
        foreach (Tensor output in outputs) output?.Bytes.Clear();
        for (int d = 0; d < Directions; d++)
        {
            bool reverse = Direction == RecurrentDirection.Reverse || d == 1;
            var cell = new RecurrentCell(this, inputs, d);
            for (int n = 0; n < batch; n++)
            {
                int length = inputs.Length > 4 && inputs[4] is { } lengths ? Math.Clamp(lengths.As<int>()[n], 0, steps) : steps;
                int state = (BatchFirst ? n * Directions + d : d * batch + n) * hidden;
                cell.Begin(state);
                for (int t = 0; t < length; t++)
                {
                    int step = reverse ? length - 1 - t : t;
                    cell.Read(BatchFirst ? n * steps + step : step * batch + n);
                    Step(cell);
                    if (outputs.Asked(0)) Store(outputs[0], cell.State, (BatchFirst ? (n * steps + step) * Directions + d : (step * Directions + d) * batch + n) * hidden);
                }
                if (outputs.Asked(1)) Store(outputs[1], cell.State, state);
                if (outputs.Asked(2)) Store(outputs[2], cell.Memory, state);
            }
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s)
    {
        Shape x = s.Shape(0);
        return new OperatorCost(checked((s.Shape(1).Elements + s.Shape(2).Elements) * x.Fixed[0] * x.Fixed[1]));
    }

    /// <inheritdoc/>
    public override int? WeightAxis(int input) => input is 1 or 2 ? 1 : null;

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        if (Hidden > 0) w.Int("hidden_size", Hidden);
        if (Direction != RecurrentDirection.Forward) w.Text("direction", Direction == RecurrentDirection.Reverse ? "reverse" : "bidirectional");
        if (!Activations.IsEmpty) w.Texts("activations", [.. Activations]);
        if (!Alphas.IsEmpty) w.Floats("activation_alpha", [.. Alphas]);
        if (!Betas.IsEmpty) w.Floats("activation_beta", [.. Betas]);
        if (Clip > 0) w.Float("clip", Clip);
        if (!BatchFirst) return;
        w.Since(14, $"{Name} with the batch first");
        w.Int("layout", 1);
    }

    /// <summary>One step of one sequence: sets the cell's state, and its memory where the layer has one.</summary>
    internal abstract void Step(RecurrentCell cell);

    /// <summary>Reads the shared attributes into a layer.</summary>
    internal static T Read<T>(OperatorReader r, T layer) where T : Recurrent
    {
        ImmutableArray<string> activations = r.Texts("activations");
        ImmutableArray<float> alphas = r.Floats("activation_alpha"), betas = r.Floats("activation_beta");
        RecurrentDirection direction = r.Text("direction", "forward") switch
        {
            "forward" => RecurrentDirection.Forward,
            "reverse" => RecurrentDirection.Reverse,
            "bidirectional" => RecurrentDirection.Bidirectional,
            var other => throw r.Fail($"attribute 'direction' is '{other}'; forward, reverse or bidirectional is needed."),
        };
        int needed = layer.DefaultActivations.Length * (direction == RecurrentDirection.Bidirectional ? 2 : 1);
        if (!activations.IsDefaultOrEmpty && activations.Length != needed) throw r.Fail($"attribute 'activations' has {activations.Length} names, {needed} are needed.");
        foreach (string name in activations.IsDefault ? [] : activations)
            if (!RecurrentActivation.Names.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw r.Fail($"the activation '{name}' is not known; known are {string.Join(", ", RecurrentActivation.Names)}.");
        return layer with
        {
            Hidden = r.Int32("hidden_size", 0, least: 0),
            Direction = direction,
            Activations = activations.IsDefault ? [] : new ValueList<string>(activations),
            Alphas = alphas.IsDefault ? [] : new ValueList<float>(alphas),
            Betas = betas.IsDefault ? [] : new ValueList<float>(betas),
            Clip = r.Float("clip", 0),
            BatchFirst = r.Flag("layout"),
        };
    }

    private static void Store(Tensor to, double[] values, int start)
    {
        var reals = new Reals(to);
        for (int i = 0; i < values.Length; i++) reals[start + i] = values[i];
    }
}
