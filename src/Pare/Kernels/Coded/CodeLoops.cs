using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Products;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Coded;

/// <summary>The loops over packed codes, of one width of vectors.</summary>
internal sealed unsafe class CodeLoops
{
    private static readonly WidestVectors<CodeLoops> Widths = new(
        Make<Ops512, Codes512, Floats16>, Make<Ops256, Codes256, Floats8>, Make<Ops128, Codes128, Vector128<float>>, Make<OpsScalar, CodesScalar, float>);

    /// <summary>Most rows of <see cref="Multiply"/>.</summary>
    public const int MostRows = 4;

    private readonly delegate*<in CodeStream, void>[,] _multiply = new delegate*<in CodeStream, void>[4, 2 * MostRows];
    private readonly delegate*<in CodeRows, void>[] _decode = new delegate*<in CodeRows, void>[4];

    private CodeLoops(int lanes, bool manyRegisters, int tableBits) => (Lanes, MostVectors, TableBits) = (lanes, manyRegisters ? 4 : 2, tableBits);

    /// <summary>Numbers of a vector.</summary>
    public int Lanes { get; }

    /// <summary>Vectors of the wide panels of <see cref="Multiply"/>; narrow ones have 2.</summary>
    public int MostVectors { get; }

    /// <summary>The most bits of codes that are read by a table even where they are numbers.</summary>
    public int TableBits { get; }

    /// <summary>The loops for a processor.</summary>
    public static CodeLoops Of(CpuFeatures cpu) => Widths.Of(cpu);

    /// <summary>y[r, o] += sum over segments of scale * (sum over ascending k of x[r, k] * value), for 1 to <see cref="MostRows"/> rows and panels of 2 or <see cref="MostVectors"/> vectors.</summary>
    public void Multiply(int rows, in CodeStream stream) =>
        _multiply[KindOf(stream.Panel), rows - 1 + (stream.Panel.Width > 2 * Lanes ? MostRows : 0)](stream);

    /// <summary>Turns codes into floats: the bits that the encoding decodes to, where it has one scale for each of them.</summary>
    public void Decode(in CodeRows rows) => _decode[KindOf(rows.Panel)](rows);

    private static int KindOf(in CodePanel panel) => panel.Table == null ? 3 : panel.Bits <= 4 ? 0 : panel.Bits == 5 ? 1 : 2;

    private static CodeLoops Make<TOps, TCodes, TVector>()
        where TOps : struct, IVectorOps<TVector> where TCodes : struct, ICodeOps<TVector> where TVector : unmanaged
    {
        var loops = new CodeLoops(TOps.Lanes, TOps.ManyRegisters, TCodes.TableBits);
        Fill<TOps, TCodes, TVector, TableCodes>(loops, 0);
        Fill<TOps, TCodes, TVector, PairCodes>(loops, 1);
        Fill<TOps, TCodes, TVector, GatheredCodes>(loops, 2);
        Fill<TOps, TCodes, TVector, NumberCodes>(loops, 3);
        return loops;
    }

    private static void Fill<TOps, TCodes, TVector, TKind>(CodeLoops loops, int kind)
        where TOps : struct, IVectorOps<TVector> where TCodes : struct, ICodeOps<TVector> where TVector : unmanaged where TKind : struct, ICodeKind
    {
        loops._decode[kind] = &CodeLoop<TOps, TCodes, TVector, TKind>.Decode;
        Rows<TOps, TCodes, TVector, TKind, N1>(loops, kind);
        Rows<TOps, TCodes, TVector, TKind, N2>(loops, kind);
        Rows<TOps, TCodes, TVector, TKind, N3>(loops, kind);
        Rows<TOps, TCodes, TVector, TKind, N4>(loops, kind);
    }

    private static void Rows<TOps, TCodes, TVector, TKind, TRows>(CodeLoops loops, int kind)
        where TOps : struct, IVectorOps<TVector> where TCodes : struct, ICodeOps<TVector> where TVector : unmanaged
        where TKind : struct, ICodeKind where TRows : struct, ICount
    {
        loops._multiply[kind, TRows.Value - 1] = &CodeLoop<TOps, TCodes, TVector, TKind>.Multiply<TRows, N2>;
        loops._multiply[kind, TRows.Value - 1 + MostRows] = &CodeLoop<TOps, TCodes, TVector, TKind>.Multiply<TRows, N4>;
    }
}

/// <summary>The loops themselves.</summary>
/// <remarks>sRV: row R, vector V. The conditions are constants of the compiled code, so unused rows, vectors and kinds cost nothing. No tail: panels are whole.</remarks>
internal static unsafe class CodeLoop<TOps, TCodes, TVector, TKind>
    where TOps : struct, IVectorOps<TVector> where TCodes : struct, ICodeOps<TVector> where TVector : unmanaged where TKind : struct, ICodeKind
{
    private const int Ahead = 8192;   // bytes, measured; the processor's own prefetching stops at each page

    /// <summary>See <see cref="CodeLoops.Multiply"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TRows, TVectors>(in CodeStream s) where TRows : struct, ICount where TVectors : struct, ICount
    {
        TOps.Require();
        Prepare(s.Panel, out TVector every, out TVector a, out TVector b);
        float* table = s.Panel.Table;
        int lanes = TOps.Lanes, width = TVectors.Value * TOps.Lanes, bits = s.Panel.Bits, perWord = 32 / s.Panel.Bits, perByte = TOps.Lanes < 8 ? 0 : bits == 4 ? 2 : bits == 8 ? 1 : 0;
        nint step = s.XStep;
        uint* words = s.Panel.Words;
        float* x = s.X;
        for (int tap = 0; tap < s.Panel.Taps; tap++)
        {
            for (int begin = 0; begin < s.Panel.Channels; begin += s.Panel.Block)
            {
                TVector s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
                TVector s20 = default, s21 = default, s22 = default, s23 = default, s30 = default, s31 = default, s32 = default, s33 = default;
                float* scales = (float*)words;
                words += width;
                int left = Math.Min(s.Panel.Block, s.Panel.Channels - begin);
                // Whole words of codes that fill bytes: reading a word a byte further on drops as many codes as shifting it does, and costs no arithmetic.
                for (; perByte > 0 && left >= perWord; left -= perWord, words += width)
                {
                    Prefetch(words);
                    for (byte* from = (byte*)words, end = from + sizeof(uint); from < end; from++)
                    {
                        Load<TVectors>((uint*)from, out TVector w0, out TVector w1, out TVector w2, out TVector w3);
                        Step<TRows, TVectors>(
                            x++, step, w0, w1, w2, w3, a, b, table, ref s00, ref s01, ref s02, ref s03, ref s10, ref s11, ref s12, ref s13,
                            ref s20, ref s21, ref s22, ref s23, ref s30, ref s31, ref s32, ref s33);
                        if (perByte == 1) continue;
                        Next<TVectors>(every, bits, ref w0, ref w1, ref w2, ref w3);
                        Step<TRows, TVectors>(
                            x++, step, w0, w1, w2, w3, a, b, table, ref s00, ref s01, ref s02, ref s03, ref s10, ref s11, ref s12, ref s13,
                            ref s20, ref s21, ref s22, ref s23, ref s30, ref s31, ref s32, ref s33);
                    }
                }
                for (; left > 0; left -= perWord)
                {
                    Load<TVectors>(words, out TVector w0, out TVector w1, out TVector w2, out TVector w3);
                    Prefetch(words);
                    words += width;
                    for (float* end = x + Math.Min(left, perWord); x < end; x++)
                    {
                        Step<TRows, TVectors>(
                            x, step, w0, w1, w2, w3, a, b, table, ref s00, ref s01, ref s02, ref s03, ref s10, ref s11, ref s12, ref s13,
                            ref s20, ref s21, ref s22, ref s23, ref s30, ref s31, ref s32, ref s33);
                        Next<TVectors>(every, bits, ref w0, ref w1, ref w2, ref w3);
                    }
                }
                Add<TVectors>(s.Y, scales, s00, s01, s02, s03);
                if (TRows.Value > 1) Add<TVectors>(s.Y + s.YStep, scales, s10, s11, s12, s13);
                if (TRows.Value > 2) Add<TVectors>(s.Y + 2 * s.YStep, scales, s20, s21, s22, s23);
                if (TRows.Value > 3) Add<TVectors>(s.Y + 3 * s.YStep, scales, s30, s31, s32, s33);
            }
        }
    }

    /// <summary>See <see cref="CodeLoops.Decode"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Decode(in CodeRows r)
    {
        TOps.Require();
        Prepare(r.Panel, out TVector every, out TVector a, out TVector b);
        float* table = r.Panel.Table;
        int bits = r.Panel.Bits, perWord = 32 / r.Panel.Bits, width = r.Panel.Width;
        nint step = r.Step;
        (int tap, int channel) = Math.DivRem(r.First, r.Panel.Channels);
        (int segment, int skipped) = Math.DivRem(channel, r.Panel.Block);
        int whole = r.Panel.Channels / r.Panel.Block, rows = whole * r.Panel.RowsOf(r.Panel.Block);
        if (r.Panel.Channels % r.Panel.Block is > 0 and int rest) rows += r.Panel.RowsOf(rest);
        uint* words = r.Panel.Words + (nint)(tap * rows + segment * r.Panel.RowsOf(r.Panel.Block)) * width + r.Lane;
        float* to = r.To;
        channel -= skipped;
        for (int left = r.Count; left > 0;)
        {
            int length = Math.Min(r.Panel.Block, r.Panel.Channels - channel), count = Math.Min(length - skipped, left);
            (int word, int inWord) = Math.DivRem(skipped, perWord);
            for (int v = 0; v < r.Vectors; v++)
            {
                TVector scale = TOps.Load((float*)words + v * TOps.Lanes);
                uint* from = words + (nint)(1 + word) * width + v * TOps.Lanes;
                float* next = to + v * TOps.Lanes;
                TVector w = TCodes.Load(from);
                for (int i = 0; i < inWord; i++) w = TCodes.Next(w, every, bits);
                for (int done = 0, some = Math.Min(perWord - inWord, count); ;)
                {
                    for (int i = 0; i < some; i++, next += step)
                    {
                        TOps.Store(next, TOps.Multiply(scale, Look(w, a, b, table)));
                        w = TCodes.Next(w, every, bits);
                    }
                    done += some;
                    if (done == count) break;
                    some = Math.Min(perWord, count - done);
                    from += width;
                    w = TCodes.Load(from);
                }
            }
            to += count * step;
            left -= count;
            words += (nint)r.Panel.RowsOf(length) * width;
            channel += length;
            if (channel == r.Panel.Channels) channel = 0;
            skipped = 0;
        }
    }

    // One input: its number in each row, times what the codes are.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TRows, TVectors>(
        float* x, nint step, TVector w0, TVector w1, TVector w2, TVector w3, TVector a, TVector b, float* table,
        ref TVector s00, ref TVector s01, ref TVector s02, ref TVector s03, ref TVector s10, ref TVector s11, ref TVector s12, ref TVector s13,
        ref TVector s20, ref TVector s21, ref TVector s22, ref TVector s23, ref TVector s30, ref TVector s31, ref TVector s32, ref TVector s33)
        where TRows : struct, ICount where TVectors : struct, ICount
    {
        TVector v0 = Look(w0, a, b, table), v1 = Look(w1, a, b, table), v2 = default, v3 = default;
        if (TVectors.Value > 2) { v2 = Look(w2, a, b, table); v3 = Look(w3, a, b, table); }
        TVector y = TOps.Create(x[0]);
        s00 = TOps.MultiplyAdd(y, v0, s00); s01 = TOps.MultiplyAdd(y, v1, s01);
        if (TVectors.Value > 2) { s02 = TOps.MultiplyAdd(y, v2, s02); s03 = TOps.MultiplyAdd(y, v3, s03); }
        if (TRows.Value <= 1) return;
        y = TOps.Create(x[step]);
        s10 = TOps.MultiplyAdd(y, v0, s10); s11 = TOps.MultiplyAdd(y, v1, s11);
        if (TVectors.Value > 2) { s12 = TOps.MultiplyAdd(y, v2, s12); s13 = TOps.MultiplyAdd(y, v3, s13); }
        if (TRows.Value <= 2) return;
        y = TOps.Create(x[2 * step]);
        s20 = TOps.MultiplyAdd(y, v0, s20); s21 = TOps.MultiplyAdd(y, v1, s21);
        if (TVectors.Value > 2) { s22 = TOps.MultiplyAdd(y, v2, s22); s23 = TOps.MultiplyAdd(y, v3, s23); }
        if (TRows.Value <= 3) return;
        y = TOps.Create(x[3 * step]);
        s30 = TOps.MultiplyAdd(y, v0, s30); s31 = TOps.MultiplyAdd(y, v1, s31);
        if (TVectors.Value > 2) { s32 = TOps.MultiplyAdd(y, v2, s32); s33 = TOps.MultiplyAdd(y, v3, s33); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TVectors>(uint* words, out TVector w0, out TVector w1, out TVector w2, out TVector w3) where TVectors : struct, ICount
    {
        w0 = TCodes.Load(words);
        w1 = TCodes.Load(words + TOps.Lanes);
        w2 = w3 = default;
        if (TVectors.Value > 2) { w2 = TCodes.Load(words + 2 * TOps.Lanes); w3 = TCodes.Load(words + 3 * TOps.Lanes); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Next<TVectors>(TVector every, int bits, ref TVector w0, ref TVector w1, ref TVector w2, ref TVector w3) where TVectors : struct, ICount
    {
        w0 = TCodes.Next(w0, every, bits); w1 = TCodes.Next(w1, every, bits);
        if (TVectors.Value > 2) { w2 = TCodes.Next(w2, every, bits); w3 = TCodes.Next(w3, every, bits); }
    }

    // Two registers: the table, or the bits of a code and the zero point.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prepare(in CodePanel panel, out TVector every, out TVector a, out TVector b)
    {
        every = TCodes.Every((uint)panel.Bits);
        if (TKind.IsTable || TKind.IsPair)
        {
            a = TOps.Load(panel.Table);
            b = TOps.Load(panel.Table + (TKind.IsPair || TOps.Lanes < 16 ? TOps.Lanes : 0));
            return;
        }
        a = TCodes.Every((1u << panel.Bits) - 1);
        b = TOps.Create(panel.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Look(TVector words, TVector a, TVector b, float* table) =>
        TKind.IsTable ? TCodes.Look(words, a, b, table) : TKind.IsPair ? TCodes.LookPair(words, a, b, table) : TKind.IsGathered ? TCodes.Gather(words, a, table) : TCodes.Number(words, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(uint* words)
    {
        float* ahead = (float*)((byte*)words + Ahead);
        TOps.Prefetch(ahead);
        if (TOps.Lanes > 8) { TOps.Prefetch(ahead + 16); TOps.Prefetch(ahead + 32); TOps.Prefetch(ahead + 48); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TVectors>(float* y, float* scales, TVector s0, TVector s1, TVector s2, TVector s3) where TVectors : struct, ICount
    {
        int lanes = TOps.Lanes;
        TOps.Store(y, TOps.MultiplyAdd(TOps.Load(scales), s0, TOps.Load(y)));
        TOps.Store(y + lanes, TOps.MultiplyAdd(TOps.Load(scales + lanes), s1, TOps.Load(y + lanes)));
        if (TVectors.Value <= 2) return;
        TOps.Store(y + 2 * lanes, TOps.MultiplyAdd(TOps.Load(scales + 2 * lanes), s2, TOps.Load(y + 2 * lanes)));
        TOps.Store(y + 3 * lanes, TOps.MultiplyAdd(TOps.Load(scales + 3 * lanes), s3, TOps.Load(y + 3 * lanes)));
    }
}
