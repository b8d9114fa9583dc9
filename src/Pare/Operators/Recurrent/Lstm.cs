using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>
/// Long short-term memory, gates i, o, f, c: C = f C + i g(...), h = o h(C); see <see cref="Recurrent"/> for inputs and outputs. Further
/// inputs: first memory [D, N, H] and peepholes [D, 3 H] (i, o, f), both optional; output 2: the last memory.
/// </summary>
/// <remarks>Hochreiter, Schmidhuber, 1997; peepholes: Gers, Schmidhuber, 2000.</remarks>
public sealed record Lstm : Recurrent
{
    /// <summary>The forget gate is 1 - the input gate.</summary>
    public bool CouplesForget { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("LSTM", r => Read(r, new Lstm { CouplesForget = r.Flag("input_forget") }), SinceOpset: 7);

    /// <inheritdoc/>
    public override string Name => "LSTM";

    internal override int Gates => 4;

    internal override ImmutableArray<string> DefaultActivations => ["Sigmoid", "Tanh", "Tanh"];

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        base.Write(w);
        if (CouplesForget) w.Flag("input_forget", true);
    }

    internal override void Step(RecurrentCell cell)
    {
        double[] old = cell.State, oldMemory = cell.Memory, state = new double[old.Length], memory = new double[old.Length];
        for (int h = 0; h < old.Length; h++)
        {
            double input = cell.Activate(0, Gate(0, h) + cell.Peepholes[h] * oldMemory[h]);
            double forget = CouplesForget ? 1 - input : cell.Activate(0, Gate(2, h) + cell.Peepholes[2 * old.Length + h] * oldMemory[h]);
            memory[h] = forget * oldMemory[h] + input * cell.Activate(1, Gate(3, h));
            state[h] = cell.Activate(0, Gate(1, h) + cell.Peepholes[old.Length + h] * memory[h]) * cell.Activate(2, memory[h]);
        }
        (cell.State, cell.Memory) = (state, memory);

        double Gate(int gate, int h) => cell.Input(gate, h) + cell.Recurrence(gate, h, old);
    }
}
