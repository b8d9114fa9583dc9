using System.Buffers;

namespace Pare.Formats.Container;

/// <summary>The second pass: stores each part as the <see cref="PartPlanner"/> planned it, so that no weight is held twice in memory.</summary>
internal sealed class PartEmitter(PartPlanner planner, PayloadOutput output) : PartWriter
{
    /// <summary>Stores the parts of a weight.</summary>
    public void Weight(WeightEncoding encoding) => encoding.Write(this);

    /// <summary>Stores a tensor's bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        ushort[] symbols = ArrayPool<ushort>.Shared.Rent(bytes.Length);
        for (int i = 0; i < bytes.Length; i++) symbols[i] = bytes[i];
        Symbols("value", 8, symbols.AsSpan(0, bytes.Length));
        ArrayPool<ushort>.Shared.Return(symbols);
    }

    /// <inheritdoc/>
    public override void Integer(string name, long value) { }

    /// <inheritdoc/>
    public override void Symbols(string name, int bits, ReadOnlySpan<ushort> symbols) => output.Write(planner.Plans.Dequeue()![0], symbols);

    /// <inheritdoc/>
    public override long SymbolCost(int bits, ReadOnlySpan<int> counts) => planner.SymbolCost(bits, counts);

    /// <inheritdoc/>
    public override void Floats(string name, ReadOnlySpan<float> values)
    {
        if (planner.Plans.Dequeue() is { } planes) FloatPlanes.Write(planes, values, output);
        else output.Write(values);
    }

    /// <inheritdoc/>
    public override void Child(string name, WeightEncoding child) => child.Write(this);
}
