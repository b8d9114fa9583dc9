using Pare.Kernels;
using Pare.Kernels.Products;

namespace Pare.Jit.Sparsity;

/// <summary>The units of weights of a convolution that are not all 0, packed.</summary>
/// <remarks>
/// [block][row] of <see cref="SparseRow"/>, [block][group] where units begin, [unit] four weights, [unit] 16-bit offsets in the packed tile; units in
/// the order of blocks, rows, and places in the window. A row is an output channel; those of a group are ordered by their counts, so that a
/// processor foresees the end of its loops.
/// </remarks>
internal sealed unsafe class SparseWeights
{
    private readonly SparseLayout _layout;
    private readonly int _units;
    private readonly PackedFloats _packed;

    /// <summary>Packs the weights of a node, or shares what another plan packed.</summary>
    public SparseWeights(SparseLayout layout, int units, KernelQuery query)
    {
        (_layout, _units) = (layout, units);
        _packed = query.PackedConstant(1, $"sparse integers {layout.Shape}", weights => Pack(weights.As<sbyte>()));
    }

    /// <summary>The rows of a group in a block.</summary>
    public SparseRow* Rows(int block, int group) => (SparseRow*)_packed.Floats + block * _layout.Shape.OutChannels + _layout.FirstOutput(group);

    /// <summary>The first unit of a group in a block.</summary>
    public uint* Values(int block, int group) => (uint*)(Begins + _layout.BlockCount * _layout.Groups) + Begins[block * _layout.Groups + group];

    /// <summary>The offset of that.</summary>
    public ushort* Offsets(int block, int group) => (ushort*)((uint*)(Begins + _layout.BlockCount * _layout.Groups) + _units) + Begins[block * _layout.Groups + group];

    private int* Begins => (int*)((SparseRow*)_packed.Floats + _layout.BlockCount * _layout.Shape.OutChannels);

    /// <summary>32-bit numbers of the packed weights.</summary>
    public static long Numbers(SparseLayout layout, int units) =>
        (long)layout.BlockCount * (2 * layout.Shape.OutChannels + layout.Groups) + units + Blocks.CeilDiv(units, 2);

    /// <summary>How many units of four weights are not all 0.</summary>
    /// <param name="layout">The convolution.</param>
    /// <param name="weights">[outputs, channels, taps].</param>
    public static int Count(SparseLayout layout, ReadOnlySpan<sbyte> weights)
    {
        int count = 0;
        for (int output = 0; output < layout.Shape.OutChannels; output++)
            for (int unit = 0; unit < layout.Quads * layout.Shape.Taps; unit++)
                if (Unit(layout, weights, output, unit) != 0) count++;
        return count;
    }

    private static uint Unit(SparseLayout layout, ReadOnlySpan<sbyte> weights, int output, int unit)
    {
        int taps = layout.Shape.Taps, channel = unit / taps * SparseLayout.ChannelsOfUnit, at = (output * layout.Shape.Channels + channel) * taps + unit % taps;
        uint four = 0;
        for (int i = 0; i < Math.Min(SparseLayout.ChannelsOfUnit, layout.Shape.Channels - channel); i++) four |= (uint)(byte)weights[at + i * taps] << (8 * i);
        return four;
    }

    // Those of an output channel in a block that are not all 0.
    private static List<(uint Weights, ushort Offset)> Units(SparseLayout layout, ReadOnlySpan<sbyte> weights, int output, int block)
    {
        var units = new List<(uint, ushort)>();
        int first = block * layout.UnitsOfBlock, end = Math.Min(first + layout.UnitsOfBlock, layout.Quads * layout.Shape.Taps);
        for (int unit = first; unit < end; unit++)
        {
            uint four = Unit(layout, weights, output, unit);
            if (four != 0) units.Add((four, checked((ushort)((unit - first) * layout.SumsOfOutput * sizeof(int)))));
        }
        return units;
    }

    private PackedFloats Pack(ReadOnlySpan<sbyte> weights)
    {
        var packed = new PackedFloats(Numbers(_layout, _units));
        int outputs = _layout.Shape.OutChannels, blocks = _layout.BlockCount, at = 0, sumBytes = _layout.SumsOfOutput * sizeof(int);
        var rows = (SparseRow*)packed.Floats;
        int* begins = (int*)(rows + blocks * outputs);
        uint* values = (uint*)(begins + blocks * _layout.Groups);
        var offsets = (ushort*)(values + _units);
        var units = new List<(uint Weights, ushort Offset)>[outputs];
        for (int block = 0; block < blocks; block++)
        {
            for (int group = 0; group < _layout.Groups; group++)
            {
                begins[block * _layout.Groups + group] = at;
                int first = _layout.FirstOutput(group), end = _layout.FirstOutput(group + 1);
                for (int output = first; output < end; output++) units[output] = Units(_layout, weights, output, block);
                foreach (int output in Enumerable.Range(first, end - first).OrderBy(o => units[o].Count))
                {
                    *rows++ = new SparseRow(units[output].Count, (output - first) * sumBytes);
                    foreach ((uint four, ushort offset) in units[output]) (values[at], offsets[at++]) = (four, offset);
                }
            }
        }
        return packed;
    }
}
