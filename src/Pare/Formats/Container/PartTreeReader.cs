using Pare.Formats.Container.Codecs;

namespace Pare.Formats.Container;

/// <summary>Reads the parts that a <see cref="PartPlanner"/> described, in the same order.</summary>
internal sealed class PartTreeReader(StructureReader structure, PayloadInput input, IReadOnlyList<EncodingSpec> kinds)
{
    private readonly Allowance _allowance = new();
    private string _weight = "";

    /// <summary>The bytes of the parts read.</summary>
    public List<PartSize> Sizes { get; } = [];

    /// <summary>Reads a weight.</summary>
    public WeightEncoding Weight(string name)
    {
        _weight = name;
        return Tree(name, parent: null, int.MaxValue, depth: 1);
    }

    /// <summary>Reads a tensor's bytes.</summary>
    public byte[] Bytes(string name, int count)
    {
        _weight = name;
        ushort[] symbols = Symbols($"{name}/value", 8, count, count);
        if (symbols.Length != count) throw structure.Fail($"{name}: {symbols.Length} bytes, expected {count}.");
        var bytes = new byte[count];
        for (int i = 0; i < count; i++) bytes[i] = (byte)symbols[i];
        return bytes;
    }

    private WeightEncoding Tree(string path, Shape? parent, int most, int depth)
    {
        if (depth > PartPlanner.DeepestTree) throw structure.Fail($"the encodings of '{path}' stand more than {PartPlanner.DeepestTree} deep.");
        int kind = structure.Count(kinds.Count - 1);
        Shape shape = structure.FixedShape(parent, most);
        if (shape.Elements > most) throw structure.Fail($"'{path}' has the shape {shape}, at most {most} numbers are possible there.");
        return kinds[kind].Read(new Scope(this, path, shape, depth));
    }

    private ushort[] Symbols(string path, int bits, int expected, int most)
    {
        PartCodec codec = Codec();
        int count = structure.Count(most < int.MaxValue ? most + 1 : int.MaxValue) - 1;
        if (count < 0) count = expected;
        if (count > most) throw structure.Fail($"'{path}' has {count} symbols, at most {most} are possible.");
        ushort[] symbols = Decode(path, codec, bits, count, out long bytes);
        Sizes.Add(new PartSize(_weight, path, codec.Name, bits, count, bytes));
        return symbols;
    }

    private PartCodec Codec()
    {
        int id = structure.Count(255);
        return CodecCatalog.Default.FirstOrDefault(c => c.Id == id) ?? throw new UnsupportedException(
            $"The .pare file uses the part codec {id}. Known: {string.Join(", ", CodecCatalog.Default.Select(c => $"{c.Id} ({c.Name})"))}. A newer Pare may read it.");
    }

    private ushort[] Decode(string path, PartCodec codec, int bits, int count, out long bytes)
    {
        bytes = codec.Id == 0 ? ((long)bits * count + 7) / 8 : structure.Count(int.MaxValue);
        byte[] payload = input.ReadBlock(bytes);
        bool isFree = codec.IsFree(payload);
        if (isFree ? count > _allowance.Free : count > codec.MostSymbols(bits, bytes))
            throw structure.Fail($"'{path}' claims {count} symbols in {bytes} bytes.");
        _allowance.Take(bytes, isFree ? count : 0);
        var symbols = new ushort[count];
        try
        {
            codec.Decode(payload, bits, symbols);
        }
        catch (ModelException e)
        {
            throw new ModelException($"The .pare file is damaged: '{path}' ({codec.Name}): {e.Message}", e);
        }
        return symbols;
    }

    private float[] Floats(string path, int count)
    {
        long start = input.Bytes;
        bool hasPlanes = structure.Count(1) == 1;
        float[] values;
        if (hasPlanes) values = Planes(path, count);
        else
        {
            values = input.ReadFloats(count);
            _allowance.Take(4L * count, 0);
        }
        Sizes.Add(new PartSize(_weight, path, hasPlanes ? "planes" : "raw", 32, count, input.Bytes - start));
        return values;
    }

    private float[] Planes(string path, int count)
    {
        float[]? values = null;
        for (int i = 0; i < FloatPlanes.Count; i++)
        {
            ushort[] symbols = Decode(path, Codec(), 8, count, out _);
            values ??= new float[count]; // after the first plane has shown that the file holds as many
            FloatPlanes.Merge(i, symbols, values);
        }
        return values!;
    }

    private sealed class Scope(PartTreeReader all, string path, Shape shape, int depth) : PartReader
    {
        public override Shape Shape => shape;

        public override long Integer(string name, long least, long most)
        {
            long value = all.Structure.Signed();
            return value >= least && value <= most ? value : throw Fail($"{name} is {value}, it must be in {least} to {most}.");
        }

        public override ushort[] Symbols(string name, int bits, int most) => all.Symbols($"{path}/{name}", bits, Length, most);

        public override float[] Floats(string name, int count) => all.Floats($"{path}/{name}", count);

        public override WeightEncoding Child(string name, int most) => all.Tree($"{path}/{name}", shape, most, depth + 1);

        public override ModelException Fail(string message) => new($"The .pare file is damaged: '{path}' ({shape}): {message}");
    }

    private StructureReader Structure => structure;
}
