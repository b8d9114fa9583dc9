using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>A plain recurrent layer: h = f(W x + R h + bias); see <see cref="Recurrent"/> for inputs and outputs.</summary>
public sealed record Rnn : Recurrent
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("RNN", r => Read(r, new Rnn()), SinceOpset: 7);

    /// <inheritdoc/>
    public override string Name => "RNN";

    internal override int Gates => 1;

    internal override ImmutableArray<string> DefaultActivations => ["Tanh"];

    internal override void Step(RecurrentCell cell) =>
        cell.State = [.. Enumerable.Range(0, cell.Hidden).Select(h => cell.Activate(0, cell.Input(0, h) + cell.Recurrence(0, h, cell.State)))];
}
