using System.Buffers;
using Pare.Formats.Container.Codecs;

namespace Pare.Formats.Container;

/// <summary>The first pass over a weight's tree: writes its structure, and plans how each part will be stored.</summary>
/// <remarks>
/// In the structure, for each encoding: kind, shape (0 = its parent's), then in the order of <see cref="WeightEncoding.Write"/> integers,
/// children, and for symbols: codec, count (0 = as many as the shape has elements, else count + 1), bytes where the codec is not raw.
/// </remarks>
internal sealed class PartPlanner : PartWriter
{
    private readonly StructureWriter _structure;
    private readonly Catalog<PartCodec> _codecs;
    private readonly Func<string, int> _kindOf;
    private readonly Allowance _allowance = new();
    private string _weight = "";
    private string _path = "";
    private Shape _shape = Shape.Scalar;
    private int _depth;

    /// <summary>Starts a file.</summary>
    /// <param name="structure">Where the structure goes.</param>
    /// <param name="codecs">What parts may be coded with.</param>
    /// <param name="kindOf">The number of a kind in the file.</param>
    public PartPlanner(StructureWriter structure, Catalog<PartCodec> codecs, Func<string, int> kindOf) =>
        (_structure, _codecs, _kindOf) = (structure, codecs, kindOf);

    /// <summary>The most encodings that stand one in the other.</summary>
    public const int DeepestTree = 16;

    /// <summary>What the second pass does: null is floats as they are, one plan is symbols, four are planes of floats.</summary>
    public Queue<CodecPlan[]?> Plans { get; } = [];

    /// <summary>The bytes of the parts.</summary>
    public List<PartSize> Sizes { get; } = [];

    /// <summary>Writes a weight.</summary>
    public void Weight(string name, WeightEncoding encoding)
    {
        (_weight, _path) = (name, name);
        Tree(encoding, parent: null);
    }

    /// <summary>Writes a tensor's bytes.</summary>
    public void Bytes(string name, ReadOnlySpan<byte> bytes)
    {
        (_weight, _path) = (name, name);
        int[] counts = new int[256];
        foreach (byte value in bytes) counts[value]++;
        Symbols("value", 8, counts, bytes.Length, bytes.Length);
    }

    /// <inheritdoc/>
    public override void Integer(string name, long value) => _structure.Signed(value);

    /// <inheritdoc/>
    public override void Symbols(string name, int bits, ReadOnlySpan<ushort> symbols)
    {
        int[] counts = ArrayPool<int>.Shared.Rent(1 << bits);
        Array.Clear(counts, 0, 1 << bits);
        foreach (ushort symbol in symbols) counts[symbol]++;
        Symbols(name, bits, counts.AsSpan(0, 1 << bits), symbols.Length, _shape.Elements);
        ArrayPool<int>.Shared.Return(counts);
    }

    /// <inheritdoc/>
    public override long SymbolCost(int bits, ReadOnlySpan<int> counts) => 8L * CodecCatalog.Smallest(_codecs, bits, counts, _allowance.Free).Bytes;

    /// <inheritdoc/>
    public override void Floats(string name, ReadOnlySpan<float> values)
    {
        CodecPlan[]? planes = FloatPlanes.Plan(_codecs, values, _allowance);
        Plans.Enqueue(planes);
        if (planes is null)
        {
            _structure.Byte(0);
            Add(name, "raw", 32, values.Length, 4L * values.Length);
            _allowance.Take(4L * values.Length, 0);
            return;
        }
        _structure.Byte(1);
        foreach (CodecPlan plane in planes) Describe(plane);
        Add(name, "planes", 32, values.Length, planes.Sum(p => (long)p.Bytes));
    }

    /// <inheritdoc/>
    public override void Child(string name, WeightEncoding child)
    {
        (string path, Shape shape) = (_path, _shape);
        _path = $"{path}/{name}";
        Tree(child, shape);
        (_path, _shape) = (path, shape);
    }

    private void Tree(WeightEncoding encoding, Shape? parent)
    {
        if (++_depth > DeepestTree) throw new UnsupportedException($"The encodings of '{_path}' stand {_depth} deep; a .pare file holds at most {DeepestTree}.");
        _structure.Count(_kindOf(encoding.Kind));
        _structure.FixedShape(encoding.Shape, parent);
        _shape = encoding.Shape;
        encoding.Write(this);
        _depth--;
    }

    private void Symbols(string name, int bits, ReadOnlySpan<int> counts, int count, long expected)
    {
        CodecPlan plan = CodecCatalog.Smallest(_codecs, bits, counts, _allowance.Free);
        Plans.Enqueue([plan]);
        _structure.Count(plan.Codec.Id);
        _structure.Number(count == expected ? 0 : (ulong)count + 1);
        Describe(plan, isFirst: false);
        Add(name, plan.Codec.Name, bits, count, plan.Bytes);
    }

    private void Describe(CodecPlan plan, bool isFirst = true)
    {
        if (isFirst) _structure.Count(plan.Codec.Id);
        if (plan.Codec.Id != 0) _structure.Count(plan.Bytes);
        _allowance.Take(plan);
    }

    private void Add(string name, string codec, int bits, int symbols, long bytes) =>
        Sizes.Add(new PartSize(_weight, $"{_path}/{name}", codec, bits, symbols, bytes));
}
