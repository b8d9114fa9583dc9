using System.Runtime.InteropServices;
using Iced.Intel;
using Pare.Jit.Emission;
using Pare.Kernels.Integer.Products;
using static Iced.Intel.AssemblerRegisters;

namespace Pare.Jit.Integer;

/// <summary>Emits a function (IntegerPanelRun*) that computes <see cref="IntegerPanelRun.Count"/> tiles of pixels, with vpdpbusd on 512-bit vectors.</summary>
/// <remarks>
/// Vectors: the sums [pixel][vector], then a vector of weights for each vector, then numbers of the picture. Weights of few bits: the vectors as they
/// lie, before the weights that come out of them; the last register holds a mask, the one before a table.
/// </remarks>
internal sealed class PanelEmitter : TileEmitter
{
    private const int Unit = 4, VectorBytes = 64, Mask = VectorAssembler.Registers - 1, Table = VectorAssembler.Registers - 2;

    private readonly PanelSpec _spec;
    private readonly int _free, _constants;
    private Label _order, _masks, _table;

    private PanelEmitter(PanelSpec spec) : base(spec.Rows, spec.Units, spec.Steps, spec.Weights.UnitsOfWord, spec.Vectors * VectorBytes)
    {
        _spec = spec;
        _free = spec.Rows * spec.Vectors;
        _constants = VectorAssembler.Registers - (spec.Weights.IsPlain ? 0 : spec.Weights.HasTable ? 2 : 1);
        (_order, _masks, _table) = (C.CreateLabel(), C.CreateLabel(), C.CreateLabel());
    }

    /// <inheritdoc/>
    protected override (AssemblerMemoryOperand, AssemblerMemoryOperand, AssemblerMemoryOperand, AssemblerMemoryOperand) Fields { get; } =
        (Field(nameof(IntegerPanelRun.Source)), Field(nameof(IntegerPanelRun.Offsets)), Field(nameof(IntegerPanelRun.Weights)), Field(nameof(IntegerPanelRun.Count)));

    /// <summary>The code for a panel.</summary>
    public static Assembler Emit(PanelSpec spec) => new PanelEmitter(spec).Function();

    /// <inheritdoc/>
    protected override void Begin()
    {
        C.mov(r15, Field(nameof(IntegerPanelRun.Start)));
        for (int vector = 0; vector < _spec.Vectors; vector++) V.Load(Sum(0, vector), __[r15 + vector * VectorBytes]);
        for (int row = 1; row < Rows; row++)
        {
            for (int vector = 0; vector < _spec.Vectors; vector++) V.Copy(Sum(row, vector), Sum(0, vector));
        }
        if (!_spec.Weights.IsPlain) V.Load(Mask, __[_masks]);
        if (_spec.Weights.HasTable) V.Load(Table, __[_table]);
    }

    /// <inheritdoc/>
    protected override void Word(int unit, bool isIndexed)
    {
        PanelWeights weights = _spec.Weights;
        int vectors = _spec.Vectors, stored = _free, first = weights.IsPlain ? _free : _free + vectors;
        for (int vector = 0; vector < vectors; vector++)
            V.Load(stored + vector, __[r14 + (unit / weights.UnitsOfWord * vectors + vector) * VectorBytes]);
        for (int part = 0; part < weights.UnitsOfWord; part++)
        {
            for (int vector = 0; vector < vectors && !weights.IsPlain; vector++) Unpack(first + vector, stored + vector, part);
            OneUnit(unit + part, first, isIndexed);
        }
    }

    /// <inheritdoc/>
    protected override void Finish()
    {
        int order = _free, part = _free + 1;
        var results = new ByteResults(V, _spec.Result, _free + 2, _free + 3, _free + 4);
        V.Load(order, __[_order]);
        results.Begin();
        C.mov(rax, ulong.MaxValue >> (64 - _spec.Channels));
        C.kmovq(k1, rax);
        C.mov(rax, Field(nameof(IntegerPanelRun.Factors)));
        C.mov(rcx, Field(nameof(IntegerPanelRun.Destination)));
        int pixels = _spec.Vectors switch { 1 => 4, 2 => 2, _ => 1 };     // as many as fill a vector of bytes
        for (int row = 0; row < Rows; row += pixels)
        {
            int some = Math.Min(pixels, Rows - row);
            int[] sums = [.. Enumerable.Range(row * _spec.Vectors, some * _spec.Vectors)];
            for (int i = 0; i < sums.Length; i++) V.Scale(sums[i], __[rax + i % _spec.Vectors * VectorBytes]);
            results.Pack(sums);
            V.Permute(sums[0], order, sums[0]);
            Store(sums[0], part, row, some);
        }
        C.add(rcx, Rows * _spec.Pitch);
        C.mov(Field(nameof(IntegerPanelRun.Destination)), rcx);
    }

    /// <inheritdoc/>
    protected override void Data()
    {
        // Packing leaves [quarter of a vector][vector] units of four bytes; wanted is [vector][quarter].
        C.Label(ref _order);
        for (int i = 0; i < VectorBytes / Unit; i++) C.dd(i % 4 * 4 + i / 4);
        PanelWeights weights = _spec.Weights;
        if (weights.IsPlain) return;
        C.Label(ref _masks);
        int mask = weights.HasTable ? (1 << weights.Bits) - 1 : 0x100 - (1 << (8 - weights.Bits));
        for (int i = 0; i < VectorBytes; i++) C.db((byte)mask);
        if (!weights.HasTable) return;
        C.Label(ref _table);
        for (int i = 0; i < VectorBytes; i++) C.db(unchecked((byte)weights.Table[i % weights.Table.Count]));
    }

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[rdi + (int)Marshal.OffsetOf<IntegerPanelRun>(name)];

    private int Sum(int row, int vector) => row * _spec.Vectors + vector;

    private void Unpack(int to, int from, int part)
    {
        PanelWeights weights = _spec.Weights;
        // Numbers go to the high end of their bytes, places to the low end.
        int left = weights.HasTable ? -part * weights.Bits : 8 - (part + 1) * weights.Bits;
        if (left != 0) V.Shift(to, from, left);
        V.And(to, left == 0 ? from : to, Mask);
        if (weights.HasTable) V.LookUp(to, Table, to);
    }

    private void OneUnit(int unit, int weights, bool isIndexed)
    {
        int vectors = _spec.Vectors, x = weights + vectors, numbers = _constants - x;
        for (int row = 0; row < Rows; row++)
        {
            int number = x + row % numbers;
            V.Broadcast(number, Number(row, unit, isIndexed));
            for (int vector = 0; vector < vectors; vector++) V.Dot(Sum(row, vector), number, weights + vector);
        }
    }

    // Parts of the vector are the results of one pixel each.
    private void Store(int bytes, int part, int row, int pixels)
    {
        int width = _spec.Vectors switch { 1 => 16, 2 => 32, _ => 64 };
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            AssemblerMemoryOperand to = __[rcx + (row + pixel) * _spec.Pitch];
            if (pixel > 0) V.Extract(part, bytes, width, pixel);
            if (_spec.Channels == VectorBytes) V.Store(to, bytes);
            else V.StoreMasked(to, pixel == 0 ? bytes : part, width);
        }
    }
}
