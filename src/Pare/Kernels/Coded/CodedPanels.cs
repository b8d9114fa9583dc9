using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Convolutions.Last;

namespace Pare.Kernels.Coded;

/// <summary>A weight packed as codes: panels of output channels, see <see cref="CodePanel"/>, and behind them the table.</summary>
/// <remarks>Inputs are counted as sums add them: all channels of a kernel position, then the next. Made once per plan; runs share it.</remarks>
internal sealed unsafe class CodedPanels
{
    private const int TableEntries = 16;    // at least: what a vector of a table reads
    private const int LongestTemporary = 1 << 22;

    private readonly CodedWeight _weight;
    private readonly ImmutableArray<Panel> _panels;
    private readonly CodeLoops _loops;
    private readonly bool _outputsInside, _byTable;
    private readonly int _groups, _outputs, _taps, _channels, _groupWidth, _rows, _table;
    private readonly CodePanel _form;

    /// <summary>Decides how a weight is packed.</summary>
    /// <param name="weight">[groups * outputs, channels, taps], or [channels, outputs].</param>
    /// <param name="outputsInside">True for the latter.</param>
    /// <param name="groups">Groups of a convolution.</param>
    /// <param name="outputs">Output channels of a group.</param>
    /// <param name="channels">Input channels of a group.</param>
    /// <param name="taps">Kernel positions.</param>
    /// <param name="panels">The output channels of a group.</param>
    /// <param name="loops">The loops that read it.</param>
    public CodedPanels(CodedWeight weight, bool outputsInside, int groups, int outputs, int channels, int taps, ImmutableArray<Panel> panels, CodeLoops loops)
    {
        (_weight, _outputsInside, _groups, _outputs, _channels, _taps, _panels, _loops) = (weight, outputsInside, groups, outputs, channels, taps, panels, loops);
        _groupWidth = panels[^1].Start + panels[^1].Width;
        _byTable = weight.Table is not null || weight.Bits <= loops.TableBits;
        _table = !_byTable ? 0 : Math.Max(TableEntries, 1 << weight.Bits);
        bool blocked = weight.Block > 0;
        _form = new CodePanel
        {
            Taps = blocked ? taps : 1,
            Channels = blocked ? channels : taps * channels,
            Block = blocked ? Math.Min(weight.Block, channels) : taps * channels,
            Bits = weight.Bits,
            Zero = weight.Zero,
        };
        int perTap = _form.Channels / _form.Block * _form.RowsOf(_form.Block);
        if (_form.Channels % _form.Block is > 0 and int rest) perTap += _form.RowsOf(rest);
        _rows = _form.Taps * perTap;
    }

    /// <summary>The weight of a convolution, [O, C, kH, kW].</summary>
    public static CodedPanels Of(in ConvShape shape, CodedWeight weight, ImmutableArray<Panel> panels, CodeLoops loops) =>
        new(weight, outputsInside: false, shape.Groups, shape.GroupOutChannels, shape.GroupChannels, shape.Taps, panels, loops);

    /// <summary>Numbers of 32 bits that <see cref="Pack"/> writes.</summary>
    public long PackedFloats => (long)_groups * _groupWidth * _rows + _table;

    /// <summary>Names the layout and what it follows from, beside the weight.</summary>
    public string Packing => $"codes in panels of {string.Join(' ', _panels.Select(p => p.Width))} for {_groups} groups, inside {_outputsInside}, table {_table}";

    /// <summary>How the numbers of a code are found: "table", "gather" or "number".</summary>
    public string Look => !_byTable ? "number" : _weight.Bits <= Math.Max(4, _loops.TableBits) ? "table" : "gather";

    /// <summary>Packs the weight.</summary>
    /// <param name="packed">Room for <see cref="PackedFloats"/>, not cleared.</param>
    public void Pack(float* packed)
    {
        // A part of a panel's output channels at a time where the codes of all would take much memory.
        int depth = _taps * _channels, most = Math.Max(1, LongestTemporary / depth);
        for (int group = 0; group < _groups; group++)
        {
            foreach (Panel panel in _panels)
            {
                uint* to = Words(packed, group, panel);
                if (panel.Channels < panel.Width) new Span<uint>(to, _rows * panel.Width).Clear();
                for (int o = 0; o < panel.Channels; o += most) PackSome(group * _outputs + panel.Channel + o, Math.Min(most, panel.Channels - o), to + o, panel.Width);
            }
        }
        float* table = packed + (nint)_groups * _groupWidth * _rows;
        for (int i = 0; i < _table; i++)
        {
            int code = i & ((1 << _weight.Bits) - 1);
            table[i] = _weight.Table is null ? code - _weight.Zero : code < _weight.Table.Length ? _weight.Table[code] : 0;
        }
    }

    /// <summary>Turns inputs of a panel into floats.</summary>
    /// <param name="packed">As <see cref="Pack"/> left it.</param>
    /// <param name="group">The group.</param>
    /// <param name="panel">The panel's index.</param>
    /// <param name="lane">The first lane, a multiple of a vector's.</param>
    /// <param name="vectors">Vectors of lanes.</param>
    /// <param name="first">The first input.</param>
    /// <param name="count">How many inputs.</param>
    /// <param name="to">Where the numbers go.</param>
    /// <param name="step">From input to input.</param>
    public void Decode(float* packed, int group, int panel, int lane, int vectors, int first, int count, float* to, nint step) => _loops.Decode(new CodeRows
    {
        Panel = PanelOf(packed, group, _panels[panel]),
        First = first,
        Count = count,
        Lane = lane,
        Vectors = vectors,
        To = to,
        Step = step,
    });

    /// <summary>y[r, o] += sum over k of x[r, k] w[k, o], for the output channels of a panel.</summary>
    public void Multiply(float* packed, int panel, int rows, float* x, nint xStep, float* y, nint yStep) => _loops.Multiply(rows, new CodeStream
    {
        Panel = PanelOf(packed, 0, _panels[panel]),
        X = x,
        XStep = xStep,
        Y = y,
        YStep = yStep,
    });

    /// <summary>The codes of a panel, for <see cref="PackedFloats"/> that lie in memory soon read.</summary>
    private CodePanel PanelOf(float* packed, int group, in Panel panel) => _form with
    {
        Words = Words(packed, group, panel),
        Width = panel.Width,
        Table = _table == 0 ? null : packed + (nint)_groups * _groupWidth * _rows,
    };

    private uint* Words(float* packed, int group, in Panel panel) => (uint*)packed + ((nint)group * _groupWidth + panel.Start) * _rows;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackSome(int first, int count, uint* to, int width)
    {
        int depth = _taps * _channels;
        ushort[] rented = ArrayPool<ushort>.Shared.Rent(count * depth);
        Span<ushort> codes = rented.AsSpan(0, count * depth);
        if (_outputsInside)
        {
            for (int c = 0; c < depth; c++) _weight.Unpack(c * _outputs + first, codes.Slice(c * count, count));
        }
        else
        {
            _weight.Unpack(first * depth, codes);
        }
        (int output, int channel) = _outputsInside ? (1, count) : (depth, _taps);
        int bits = _form.Bits, perWord = _form.PerWord;
        bool perTap = _form.Taps == _taps;
        fixed (ushort* all = codes)
        {
            for (int tap = 0; tap < _form.Taps; tap++)
            {
                for (int begin = 0; begin < _form.Channels; begin += _form.Block)
                {
                    int end = Math.Min(_form.Channels, begin + _form.Block);
                    for (int o = 0; o < count; o++) ((float*)to)[o] = _weight.Scale(first + o, begin / _form.Block, tap, _outputsInside);
                    to += width;
                    for (int k = begin; k < end; k += perWord, to += width)
                    {
                        int some = Math.Min(perWord, end - k);
                        for (int o = 0; o < count; o++)
                        {
                            uint word = 0;
                            for (int i = 0; i < some; i++)
                            {
                                (int t, int c) = perTap ? (tap, k + i) : ((k + i) / _channels, (k + i) % _channels);
                                word |= (uint)all[(nint)o * output + (nint)c * channel + t] << (bits * i);
                            }
                            to[o] = word;
                        }
                    }
                }
            }
        }
        ArrayPool<ushort>.Shared.Return(rented);
    }
}
