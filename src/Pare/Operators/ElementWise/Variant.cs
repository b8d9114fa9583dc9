namespace Pare.Operators;

/// <summary>Tells rows of a family apart that share one ONNX operator type: Gelu's two forms, the directions of BitShift.</summary>
/// <param name="Attribute">The attribute that chooses.</param>
/// <param name="Value">Its value for this row.</param>
/// <param name="IsDefault">The row is meant where the attribute is missing.</param>
public sealed record Variant(string Attribute, AttributeValue Value, bool IsDefault = false)
{
    /// <summary>The row that a node means, of rows that share its operator type.</summary>
    /// <exception cref="ModelException">The attribute names none of them.</exception>
    internal static TRow Choose<TRow>(OperatorReader r, IReadOnlyList<TRow> rows, Func<TRow, Variant?> variantOf)
    {
        if (variantOf(rows[0]) is not { Attribute: var attribute }) return rows[0];
        AttributeValue? found = r.Has(attribute) ? r.Attributes[attribute] : null;
        foreach (TRow row in rows)
            if (variantOf(row) is { } variant && (found is null ? variant.IsDefault : variant.Value.Equals(found))) return row;
        throw r.Fail($"attribute '{attribute}' is {Shown(found)}; {string.Join(" or ", rows.Select(row => Shown(variantOf(row)!.Value)))} is needed.");
    }

    /// <summary>"approximate 'tanh'".</summary>
    public override string ToString() => $"{Attribute} {Shown(Value)}";

    /// <summary>Writes the attribute.</summary>
    internal void Write(OperatorWriter w) => w.Attribute(Attribute, Value);

    private static string Shown(AttributeValue? value) => value switch
    {
        null => "missing",
        AttributeValue.Text text => $"'{text.Value}'",
        AttributeValue.Int number => $"{number.Value}",
        _ => $"a {value.GetType().Name.ToLowerInvariant()}",
    };
}
