using System.Runtime.InteropServices;
using Pare.Operators;

namespace Pare.Lowering;

/// <summary>Where the values and the scratch memory of a lowered model lie.</summary>
internal sealed class ArenaLayout
{
    private readonly Model _model;
    private readonly Dictionary<string, long> _offsets;

    private ArenaLayout(Model model, Dictionary<string, long> offsets, long[] scratchOffsets, long bytes)
    {
        _model = model;
        _offsets = offsets;
        ScratchOffsets = scratchOffsets;
        Bytes = bytes;
    }

    /// <summary>Size of the arena.</summary>
    public long Bytes { get; }

    /// <summary>Offset of each node's scratch memory.</summary>
    public long[] ScratchOffsets { get; }

    /// <summary>Plans the memory: inputs and outputs live through the whole run, other values from their maker to their last reader, over an input that dies there where the operator allows that.</summary>
    /// <param name="model">A model with fixed shapes.</param>
    /// <param name="scratchBytes">Scratch memory of each node.</param>
    /// <param name="chains">Nodes that run as one, each chain a range of nodes that follow each other: all that they read and write lives while they run, but for the values between them, which have no place.</param>
    public static ArenaLayout Of(Model model, long[] scratchBytes, params IEnumerable<Range> chains)
    {
        int end = model.Nodes.Length;
        int[] begin = AxisTables.Identity(end);    // of each node the first one that it runs with
        var between = new HashSet<string>(StringComparer.Ordinal);
        foreach (Range chain in chains)
        {
            (int first, int count) = chain.GetOffsetAndLength(end);
            begin.AsSpan(first, count).Fill(first);
            for (int step = first; step < first + count - 1; step++) between.Add(model.Nodes[step].Outputs[0]);
        }
        Dictionary<string, string> owner = ViewOwners(model, between);
        var buffers = new Dictionary<string, Lifetime>(StringComparer.Ordinal);
        foreach ((string name, TensorType type) in model.Inputs) buffers[name] = new Lifetime(BytesOf(type), -1, end);
        for (int step = 0; step < end; step++)
        {
            foreach (string output in model.Nodes[step].Outputs.Where(o => o.Length > 0 && !between.Contains(o)))
                if (owner[output] == output) buffers[output] = new Lifetime(BytesOf(model.Types[output]), begin[step], begin[step]);
            foreach (string input in model.Nodes[step].Inputs)
                if (owner.TryGetValue(input, out string? buffer)) buffers[buffer] = buffers[buffer] with { Last = Math.Max(buffers[buffer].Last, begin[step]) };
        }
        foreach (string output in model.Outputs)
            if (owner.TryGetValue(output, out string? buffer)) buffers[buffer] = buffers[buffer] with { Last = end };
        Dictionary<string, string> over = Overwrite(model, owner, buffers, begin);
        foreach (string value in owner.Keys.ToList()) owner[value] = Last(over, owner[value]);
        string[] names = [.. buffers.Keys.Order(StringComparer.Ordinal)];
        var all = new List<Lifetime>(names.Select(n => buffers[n]));
        for (int step = 0; step < scratchBytes.Length; step++) all.Add(new Lifetime(scratchBytes[step], begin[step], begin[step]));
        (long[] offsets, long arena) = MemoryPlanner.Place(CollectionsMarshal.AsSpan(all));
        var at = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach ((string value, string buffer) in owner) at[value] = offsets[Array.BinarySearch(names, buffer, StringComparer.Ordinal)];
        return new ArenaLayout(model, at, offsets[names.Length..], arena);
    }

    /// <summary>The place of a value; <see cref="Place.None"/> for an absent one and for a weight, which kernels hold themselves.</summary>
    public Place PlaceOf(string value)
    {
        if (_model.Constants.TryGetValue(value, out Tensor? constant)) return new Place(constant.Type, 0, constant);
        return _offsets.TryGetValue(value, out long offset) ? new Place(_model.Types[value], offset, null) : Place.None;
    }

    /// <summary>For every value in the arena the value whose memory it shares, itself as a rule.</summary>
    private static Dictionary<string, string> ViewOwners(Model model, HashSet<string> nowhere)
    {
        Dictionary<string, string> owner = new(StringComparer.Ordinal);
        foreach ((string input, _) in model.Inputs) owner[input] = input;
        foreach (Node node in model.Nodes)
            foreach (string output in node.Outputs.Where(o => o.Length > 0 && !nowhere.Contains(o)))
                owner[output] = SharesInput(model, node, owner) ? owner[node.Inputs[0]] : output;
        return owner;
    }

    /// <summary>An output of the model keeps memory of its own, so that callers may write an input without changing an output.</summary>
    internal static bool SharesInput(Model model, Node node, Dictionary<string, string> owner) =>
        node.Operator.IsView && owner.ContainsKey(node.Inputs[0]) && !model.Outputs.Contains(node.Outputs[0]);

    /// <summary>
    /// Lets results take over the memory of an input that dies there, where the operator allows it; not an input of the model, which
    /// keeps its contents. Gives for each buffer that went into another one which.
    /// </summary>
    private static Dictionary<string, string> Overwrite(Model model, Dictionary<string, string> owner, Dictionary<string, Lifetime> buffers, int[] begin)
    {
        var over = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int step = 0; step < model.Nodes.Length; step++)
        {
            Node node = model.Nodes[step];
            string output = node.Outputs[0];
            if (output.Length == 0 || !owner.TryGetValue(output, out string? own) || own != output) continue;
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                if (!node.Operator.CanOverwrite(i) || !owner.TryGetValue(node.Inputs[i], out string? buffer)) continue;
                buffer = Last(over, buffer);
                Lifetime life = buffers[buffer];
                if (life.First < 0 || life.Last != begin[step] || !model.Types[node.Inputs[i]].Equals(model.Types[output])) continue;
                if (Enumerable.Range(begin[step], step - begin[step]).Any(earlier => Reads(model.Nodes[earlier], buffer))) continue;   // band after band
                buffers[buffer] = life with { Last = buffers[output].Last };
                buffers.Remove(output);
                over[output] = buffer;
                break;
            }
        }
        return over;

        bool Reads(Node node, string buffer) => node.Inputs.Any(i => owner.TryGetValue(i, out string? read) && Last(over, read) == buffer);
    }

    private static string Last(Dictionary<string, string> over, string buffer)
    {
        while (over.TryGetValue(buffer, out string? next)) buffer = next;
        return buffer;
    }

    private static long BytesOf(TensorType type) => type.Shape.Elements * type.DType.Size();
}
