using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>
/// A gated recurrent unit, gates z, r, h: z = f(...), r = f(...), c = g(W x + R (r h) + bias), h = (1 - z) c + z h; see
/// <see cref="Recurrent"/> for inputs and outputs.
/// </summary>
/// <remarks>Cho and others, EMNLP 2014.</remarks>
public sealed record Gru : Recurrent
{
    /// <summary>The reset gate multiplies R h + bias, not h.</summary>
    public bool LinearBeforeReset { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } =
        new("GRU", r => Read(r, new Gru { LinearBeforeReset = r.Flag("linear_before_reset") }), SinceOpset: 7);

    /// <inheritdoc/>
    public override string Name => "GRU";

    internal override int Gates => 3;

    internal override ImmutableArray<string> DefaultActivations => ["Sigmoid", "Tanh"];

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        base.Write(w);
        if (LinearBeforeReset) w.Flag("linear_before_reset", true);
    }

    internal override void Step(RecurrentCell cell)
    {
        double[] old = cell.State, state = new double[old.Length], reset = new double[old.Length], kept = new double[old.Length];
        for (int h = 0; h < old.Length; h++)
        {
            reset[h] = cell.Activate(0, cell.Input(1, h) + cell.Recurrence(1, h, old));
            kept[h] = reset[h] * old[h];
        }
        for (int h = 0; h < old.Length; h++)
        {
            double update = cell.Activate(0, cell.Input(0, h) + cell.Recurrence(0, h, old));
            double recurrence = LinearBeforeReset ? reset[h] * cell.Recurrence(2, h, old) : cell.Recurrence(2, h, kept);
            state[h] = (1 - update) * cell.Activate(1, cell.Input(2, h) + recurrence) + update * old[h];
        }
        cell.State = state;
    }
}
