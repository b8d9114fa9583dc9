using System.Collections.Immutable;

namespace Pare;

/// <summary>One use of an operator. An empty name stands for an optional input or output that is absent.</summary>
/// <param name="Name">Unique in the model.</param>
/// <param name="Operator">What is computed, with its attributes.</param>
/// <param name="Inputs">Names of the values read: model inputs, outputs of other nodes, weights or constants.</param>
/// <param name="Outputs">Names of the values made.</param>
public sealed record Node(string Name, Operator Operator, ImmutableArray<string> Inputs, ImmutableArray<string> Outputs)
{
    /// <summary>Attributes of the file that the operator does not know; kept and written back.</summary>
    public ImmutableSortedDictionary<string, AttributeValue> Extra { get; init; } = ImmutableSortedDictionary<string, AttributeValue>.Empty;

    /// <summary>The input's name, or "" where it is absent.</summary>
    public string Input(int index) => index < Inputs.Length ? Inputs[index] : "";

    /// <summary>The names of so many first inputs, "" for those that are absent.</summary>
    internal string[] FirstInputs(int count)
    {
        var names = new string[count];
        for (int i = 0; i < count; i++) names[i] = Input(i);
        return names;
    }

    /// <summary>"'conv1' (Conv)", for messages.</summary>
    public override string ToString() => $"'{Name}' ({Operator.Name})";
}
