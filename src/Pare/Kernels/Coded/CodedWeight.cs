using Pare.Encodings;
using Pare.Threading;
using Integers = Pare.Encodings.Integer;

namespace Pare.Kernels.Coded;

/// <summary>
/// A weight of few bits for each number, as kernels keep it: w = scale * value of a code, where the value is a number of a table or the code
/// less a zero point.
/// </summary>
/// <remarks>
/// Trees that are one: Scaled nodes, any number, over Integer or over a Codebook of at most 256 entries. A Scaled node has one scale, one for each
/// output channel, or (one node at most) one for each block of inputs. Others run on kernels that decode to floats.
/// </remarks>
internal sealed class CodedWeight
{
    /// <summary>Entries of the largest table.</summary>
    public const int MostEntries = 256;

    private const int LeastBlock = 8;   // numbers that share a scale: fewer are no smaller than floats
    private readonly Codes _codes;
    private readonly ushort _sign;      // two's complement is read as unsigned: the sign bit flips
    private readonly float[] _outputs;  // one scale, or one for each output channel
    private readonly float[]? _blocks;
    private readonly int _perRow, _inner;

    private CodedWeight(Codes codes, int bits, ushort sign, float zero, float[]? table, float[] outputs, float[]? blocks, int block, AxisSlices slices)
    {
        (_codes, Bits, _sign, Zero, Table, _outputs, _blocks, Block) = (codes, bits, sign, zero, table, outputs, blocks, block);
        (_perRow, _inner) = block > 0 ? ((slices.Length + block - 1) / block, slices.Inner) : (1, 1);
    }

    /// <summary>Bits of a code, 1 to 8 or 16.</summary>
    public int Bits { get; }

    /// <summary>Null where numbers are the codes less <see cref="Zero"/>; otherwise a number for each code, some of them for codes that do not occur.</summary>
    public float[]? Table { get; }

    /// <summary>What is subtracted from codes, as <see cref="Unpack"/> gives them.</summary>
    public float Zero { get; }

    /// <summary>How many input channels (rows of a matrix) share a scale; 0: all.</summary>
    public int Block { get; }

    /// <summary>The weight as codes; null where it is not one.</summary>
    /// <param name="weight">A matrix, or [O, C, ...].</param>
    /// <param name="outputs">The axis of the output channels, 0 or 1; inputs are the other one of these.</param>
    /// <param name="flushDenormals">Whether scales and numbers too small for full precision are 0.</param>
    public static CodedWeight? Of(WeightEncoding? weight, int outputs, bool flushDenormals)
    {
        if (weight is null || weight.Length == 0) return null;
        var scales = new List<Scaled>();
        for (; weight is Scaled scaled; weight = scaled.Inner) scales.Add(scaled);
        Scaled? blocked = scales.Find(s => s.Block > 0);
        foreach (Scaled scaled in scales)
        {
            bool fits = scaled.Block > 0
                ? ReferenceEquals(scaled, blocked) && scaled.Axis == 1 - outputs && (scaled.Block >= LeastBlock || scaled.Block >= scaled.Shape.Fixed[scaled.Axis])
                : scaled.Axis == Scaled.WholeWeight || scaled.Axis == outputs;
            if (!fits) return null;
        }
        float[]? table = null;
        (Codes Codes, int Bits, ushort Sign, float Zero)? found = null;
        switch (weight)
        {
            case Integers integer:
                ushort sign = (ushort)(integer.IsSigned ? 1 << (integer.Codes.Bits - 1) : 0);
                found = (integer.Codes, integer.Codes.Bits, sign, integer.ZeroPoint + sign);
                break;
            case Codebook { Table.Length: <= MostEntries } book:
                table = book.Table.ToArray();
                found = (book.Indices, Codebook.BitsFor(table.Length), 0, 0);
                break;
        }
        if (found is not { } codes) return null;

        // A table of numbers around 1: what its numbers lack or have in excess is in the scales, exactly, so that sums of codes neither overflow nor vanish.
        int exponent = 0;
        if (table is not null)
        {
            if (!Array.TrueForAll(table, float.IsFinite)) return null;
            float most = table.Max(MathF.Abs);
            exponent = most == 0 ? 0 : MathF.ILogB(most);
            for (int i = 0; i < table.Length; i++) table[i] = MathF.ScaleB(table[i], -exponent);
        }
        var factors = new float[scales.Exists(s => s.Axis == outputs && s.Block == 0) ? weight.Shape.Fixed[outputs] : 1];
        Array.Fill(factors, MathF.ScaleB(1, exponent));
        foreach (Scaled scaled in scales.Where(s => s.Block == 0).Reverse())
        {
            float[] own = scaled.Scales.ToArray();
            for (int i = 0; i < factors.Length; i++) factors[i] *= own[own.Length == 1 ? 0 : i];
        }
        float[]? blocks = blocked?.Scales.ToArray();
        if (!Array.TrueForAll(factors, float.IsFinite) || (blocks is not null && !Array.TrueForAll(blocks, float.IsFinite))) return null;
        if (flushDenormals)
        {
            Denormals.Clear(factors);
            Denormals.Clear(table);
            Denormals.Clear(blocks);
        }
        return new CodedWeight(
            codes.Codes, codes.Bits, codes.Sign, codes.Zero, table, factors, blocks, blocked?.Block ?? 0,
            blocked is null ? default : AxisSlices.Of(weight.Shape, blocked.Axis));
    }

    /// <summary>Writes codes, unsigned, in the order of the weight.</summary>
    public void Unpack(int start, Span<ushort> to)
    {
        _codes.Unpack(start, to);
        if (_sign == 0) return;
        foreach (ref ushort code in to) code ^= _sign;
    }

    /// <summary>The scale of an output channel and a block of inputs.</summary>
    /// <param name="output">The output channel.</param>
    /// <param name="block">The block of input channels.</param>
    /// <param name="tap">The kernel position.</param>
    /// <param name="outputsInside">True where output channels are the last axis.</param>
    public float Scale(int output, int block, int tap, bool outputsInside)
    {
        float scale = _outputs[_outputs.Length == 1 ? 0 : output];
        if (_blocks is null) return scale;
        return scale * _blocks[outputsInside ? block * _inner + output : (output * _perRow + block) * _inner + tap];
    }
}
