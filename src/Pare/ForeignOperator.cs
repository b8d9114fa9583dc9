using System.Collections.Immutable;

namespace Pare;

/// <summary>
/// An operator that Pare lacks, or has in other forms only: a barrier. It is never computed and never changed: what a file says of it is
/// kept and written back as it was. Passes and compression methods work around it; a plan refuses it by name.
/// </summary>
/// <param name="Type">The operator type in the file.</param>
/// <param name="Domain">Its operator set; "" is ONNX's own.</param>
/// <param name="Opset">The version of that operator set; null where the file does not say.</param>
/// <param name="Missing">What Pare lacks: "operator Fft of domain 'com.example', opset 1".</param>
public sealed record ForeignOperator(string Type, string Domain, int? Opset, string Missing) : Operator
{
    /// <summary>The type under which a <c>.pare</c> file keeps such nodes.</summary>
    internal const string FileType = "pare.foreign";

    /// <inheritdoc/>
    public override string Name => Type;

    /// <summary>What of a file it is.</summary>
    public ForeignKind Kind { get; init; }

    /// <summary>
    /// The ONNX message (NodeProto, TensorProto or ValueInfoProto) without the names of the node and its values. Names that its sub-graphs
    /// read from outside are "%0", "%1" ... there.
    /// </summary>
    public ReadOnlyMemory<byte> Definition { get; init; }

    /// <summary>How many of the node's last inputs are no inputs in the file, but values that its sub-graphs read from outside.</summary>
    public int Captured { get; init; }

    /// <summary>The types of the outputs that the file declares; null where it does not, or where Pare has no such type.</summary>
    public ImmutableArray<TensorType?> OutputTypes { get; init; } = [];

    /// <summary>The place of an input among the file's inputs.</summary>
    public int Position { get; init; }

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        for (int i = 0; i < OutputTypes.Length; i++)
            if (OutputTypes[i] is { } type) s.Output(i, type);
    }

    /// <summary>Refuses.</summary>
    /// <exception cref="UnsupportedException">Always.</exception>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => throw new UnsupportedException($"Pare lacks this: {Missing}.");

    /// <summary>The same with names in its output types bound.</summary>
    internal ForeignOperator Bind(Func<Shape, Shape> bind) =>
        this with { OutputTypes = [.. OutputTypes.Select(t => t is null ? null : t with { Shape = bind(t.Shape) })] };

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Type(FileType);
        w.Text("type", Type);
        w.Text("missing", Missing);
        w.Attribute("definition", new AttributeValue.Array(Tensor.Of<byte>(Shape.Of(Definition.Length), Definition.Span)));
        if (Domain.Length > 0) w.Text("domain", Domain);
        if (Opset is { } opset) w.Int("opset", opset);
        if (Kind != ForeignKind.Node) w.Int("kind", (int)Kind);
        if (Captured > 0) w.Int("captured", Captured);
        if (Position > 0) w.Int("position", Position);
        for (int i = 0; i < OutputTypes.Length; i++)
        {
            if (OutputTypes[i] is not { } type) continue;
            w.Int($"type{i}", (int)type.DType);
            w.Ints($"shape{i}", [.. type.Shape.Select(d => d.IsKnown ? d.Value : -1)]);
            w.Attribute($"names{i}", new AttributeValue.Texts([.. type.Shape.Where(d => !d.IsKnown).Select(d => d.ToString())]));
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    internal static ForeignOperator Read(OperatorReader r) => new(r.Text("type"), r.Text("domain", ""), r.Has("opset") ? (int)r.Int("opset") : null, r.Text("missing"))
    {
        Definition = r.Tensor("definition") is { DType: DType.U8 } bytes ? bytes.Bytes.ToArray() : throw r.Fail("it has no definition."),
        Kind = r.Int("kind", 0) is >= 0 and <= (int)ForeignKind.Input and var kind ? (ForeignKind)kind : throw r.Fail("its kind is not known."),
        Captured = r.Int("captured", 0) is >= 0 and var captured && captured <= r.InputCount ? (int)captured : throw r.Fail("it captures more than it reads."),
        Position = checked((int)r.Int("position", 0)),
        OutputTypes = [.. Enumerable.Range(0, r.OutputCount).Select(i => ReadType(r, i))],
    };

    /// <inheritdoc/>
    public bool Equals(ForeignOperator? other) => other is not null && Type == other.Type && Domain == other.Domain && Opset == other.Opset
        && Missing == other.Missing && Kind == other.Kind && Captured == other.Captured && Position == other.Position
        && OutputTypes.SequenceEqual(other.OutputTypes) && Definition.Span.SequenceEqual(other.Definition.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Domain, Opset, Kind, Definition.Length);

    private static TensorType? ReadType(OperatorReader r, int output)
    {
        if (!r.Has($"type{output}")) return null;
        var type = (DType)r.Int($"type{output}");
        ImmutableArray<long> dims = r.Ints($"shape{output}");
        string[] names = r.Attributes.GetValueOrDefault($"names{output}") is AttributeValue.Texts texts ? [.. texts.Values] : [];
        r.Has($"names{output}");
        if (!Enum.IsDefined(type) || dims.IsDefault || dims.Any(d => d is < -1 or > int.MaxValue) || dims.Count(d => d < 0) != names.Length)
            throw r.Fail($"the type of output {output} is malformed.");
        int next = 0;
        return new TensorType(type, new Shape(dims.Select(d => d < 0 ? Dim.Named(names[next++]) : d)));
    }
}
