namespace Pare.Tests.Encodings;

/// <summary>Parts in memory, so that a test can change any of them before they are read back.</summary>
internal sealed class RecordedParts : PartWriter
{
    public List<(string Name, object Value)> Items { get; } = [];

    public static RecordedParts Of(WeightEncoding encoding)
    {
        var parts = new RecordedParts();
        encoding.Write(parts);
        return parts;
    }

    public WeightEncoding Read(string kind, Shape shape, Catalog<EncodingSpec> catalog) => catalog.Get(kind).Read(new Reader(this, shape, catalog));

    public override void Integer(string name, long value) => Items.Add((name, value));

    public override void Symbols(string name, int bits, ReadOnlySpan<ushort> symbols)
    {
        foreach (ushort symbol in symbols) ((int)symbol).ShouldBeLessThan(1 << bits);
        Items.Add((name, symbols.ToArray()));
    }

    public override void Floats(string name, ReadOnlySpan<float> values) => Items.Add((name, values.ToArray()));

    public override void Child(string name, WeightEncoding child) => Items.Add((name, (child.Kind, child.Shape, Of(child))));

    private sealed class Reader(RecordedParts parts, Shape shape, Catalog<EncodingSpec> catalog) : PartReader
    {
        private int _next;

        public override Shape Shape => shape;

        public override long Integer(string name, long least, long most)
        {
            long value = Next<long>(name);
            return value >= least && value <= most ? value : throw Fail($"{name} is {value}");
        }

        public override ushort[] Symbols(string name, int bits, int most)
        {
            ushort[] symbols = Next<ushort[]>(name);
            return symbols.Length <= most && symbols.All(s => s < 1 << bits) ? symbols : throw Fail($"{symbols.Length} symbols");
        }

        public override float[] Floats(string name, int count)
        {
            float[] values = Next<float[]>(name);
            return values.Length == count ? values : throw Fail($"{values.Length} floats");
        }

        public override WeightEncoding Child(string name, int most)
        {
            (string kind, Shape inner, RecordedParts child) = Next<(string, Shape, RecordedParts)>(name);
            return inner.Elements <= most ? child.Read(kind, inner, catalog) : throw Fail($"child of {inner.Elements}");
        }

        public override ModelException Fail(string message) => new(message);

        private T Next<T>(string name)
        {
            (string written, object value) = parts.Items[_next++];
            // A part read after a changed number may be another: in a file, too, that is damage.
            if (written != name) throw Fail($"the part '{written}' is read as '{name}'.");
            return (T)value;
        }
    }
}
