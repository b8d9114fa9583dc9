using Pare.Kernels;
using Pare.Kernels.Products;

namespace Pare.Jit.Sparsity;

/// <summary>The units of weights of a convolution that are not all 0, packed.</summary>
/// <remarks>
/// [block][output channel] counts, [block][group] where units begin, [unit] four weights, [unit] 16-bit offsets in the packed tile; units in the
/// order of blocks, output channels, and places in the window.
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

    /// <summary>Units of an output channel in a block; those of the next output channel follow.</summary>
    public int* Counts(int block, int output) => (int*)_packed.Floats + block * _layout.Shape.OutChannels + output;

    /// <summary>The first unit of a group in a block.</summary>
    public uint* Values(int block, int group) => (uint*)(Begins + _layout.BlockCount * _layout.Groups) + Begins[block * _layout.Groups + group];

    /// <summary>The offset of that.</summary>
    public ushort* Offsets(int block, int group) => (ushort*)((uint*)(Begins + _layout.BlockCount * _layout.Groups) + _units) + Begins[block * _layout.Groups + group];

    private int* Begins => (int*)_packed.Floats + _layout.BlockCount * _layout.Shape.OutChannels;

    /// <summary>32-bit numbers of the packed weights.</summary>
    public static long Numbers(SparseLayout layout, int units) =>
        (long)layout.BlockCount * (layout.Shape.OutChannels + layout.Groups) + units + Blocks.CeilDiv(units, 2);

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

    private PackedFloats Pack(ReadOnlySpan<sbyte> weights)
    {
        var packed = new PackedFloats(Numbers(_layout, _units));
        int outputs = _layout.Shape.OutChannels, blocks = _layout.BlockCount, at = 0;
        int* counts = (int*)packed.Floats, begins = counts + blocks * outputs;
        uint* values = (uint*)(begins + blocks * _layout.Groups);
        var offsets = (ushort*)(values + _units);
        for (int block = 0; block < blocks; block++)
        {
            int first = block * _layout.UnitsOfBlock, end = Math.Min(first + _layout.UnitsOfBlock, _layout.Quads * _layout.Shape.Taps);
            for (int group = 0; group < _layout.Groups; group++)
            {
                begins[block * _layout.Groups + group] = at;
                for (int output = _layout.FirstOutput(group); output < _layout.FirstOutput(group + 1); output++)
                {
                    int before = at;
                    for (int unit = first; unit < end; unit++)
                    {
                        uint four = Unit(_layout, weights, output, unit);
                        if (four == 0) continue;
                        values[at] = four;
                        offsets[at++] = checked((ushort)((unit - first) * _layout.Vectors * sizeof(int) * SparseLayout.Lanes));
                    }
                    counts[block * outputs + output] = at - before;
                }
            }
        }
        return packed;
    }
}
