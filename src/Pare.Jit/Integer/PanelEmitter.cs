using System.Runtime.InteropServices;
using Iced.Intel;
using Pare.Jit.Emission;
using Pare.Kernels.Integer.Products;
using static Iced.Intel.AssemblerRegisters;

namespace Pare.Jit.Integer;

/// <summary>Emits a function (IntegerPanelRun*) that computes <see cref="IntegerPanelRun.Count"/> tiles of pixels, with vpdpbusd on 512-bit vectors.</summary>
/// <remarks>
/// Vectors: the sums [pixel][vector], then a vector of weights for each vector, then numbers of the picture. rdi holds the run, whose pointers move on;
/// r14 the weights, r15 the place in a run; the others the windows of the pixels. Weights of few bits: the vectors as they lie, before the weights
/// that come out of them; the last register holds a mask, the one before a table.
/// </remarks>
internal sealed class PanelEmitter
{
    private const int Unit = 4, VectorBytes = 64, Unrolled = 4, MostUnrolled = 8;

    private static readonly AssemblerRegister64[] Windows = [rax, rcx, rdx, rbx, rbp, rsi, r8, r9, r10, r11, r12, r13];
    private static readonly AssemblerRegister64[] Kept = [rbx, rbp, r12, r13, r14, r15];

    private readonly Assembler _c = new(64);
    private readonly VectorAssembler _v;
    private readonly PanelSpec _spec;
    private readonly int _free;
    private readonly int _constants;
    private Label _steps, _order, _masks, _table;

    private PanelEmitter(PanelSpec spec)
    {
        _spec = spec;
        _v = new VectorAssembler(_c, VectorBytes);
        _free = spec.Rows * spec.Vectors;
        _constants = VectorAssembler.Registers - (spec.Weights.IsPlain ? 0 : spec.Weights.HasTable ? 2 : 1);
        (_steps, _order, _masks, _table) = (_c.CreateLabel(), _c.CreateLabel(), _c.CreateLabel(), _c.CreateLabel());
    }

    /// <summary>The code for a panel.</summary>
    public static Assembler Emit(PanelSpec spec)
    {
        var emitter = new PanelEmitter(spec);
        emitter.Function();
        return emitter._c;
    }

    private void Function()
    {
        foreach (AssemblerRegister64 register in Kept) _c.push(register);
        _c.sub(rsp, 16);
        Label tile = _c.CreateLabel();
        _c.Label(ref tile);
        Begin();
        Products();
        Finish();
        _c.dec(Field(nameof(IntegerPanelRun.Count)));
        _c.jnz(tile);
        _c.vzeroupper();
        _c.add(rsp, 16);
        foreach (AssemblerRegister64 register in Kept.Reverse()) _c.pop(register);
        _c.ret();
        Data();
    }

    private int Sum(int row, int vector) => row * _spec.Vectors + vector;

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[rdi + (int)Marshal.OffsetOf<IntegerPanelRun>(name)];

    // Windows of the tile's pixels, and what sums begin with.
    private void Begin()
    {
        _c.mov(r14, Field(nameof(IntegerPanelRun.Offsets)));
        _c.mov(r15, Field(nameof(IntegerPanelRun.Source)));
        for (int row = 0; row < _spec.Rows; row++)
        {
            _c.movsxd(Windows[row], __dword_ptr[r14 + row * sizeof(int)]);
            _c.add(Windows[row], r15);
        }
        _c.add(r14, _spec.Rows * sizeof(int));
        _c.mov(Field(nameof(IntegerPanelRun.Offsets)), r14);
        _c.mov(r15, Field(nameof(IntegerPanelRun.Start)));
        for (int vector = 0; vector < _spec.Vectors; vector++) _v.Load(Sum(0, vector), __[r15 + vector * VectorBytes]);
        for (int row = 1; row < _spec.Rows; row++)
        {
            for (int vector = 0; vector < _spec.Vectors; vector++) _v.Copy(Sum(row, vector), Sum(0, vector));
        }
        _c.mov(r14, Field(nameof(IntegerPanelRun.Weights)));
        if (!_spec.Weights.IsPlain) _v.Load(VectorAssembler.Registers - 1, __[_masks]);
        if (_spec.Weights.HasTable) _v.Load(VectorAssembler.Registers - 2, __[_table]);
    }

    private void Products()
    {
        if (_spec.Steps.Count == 0)
        {
            OneRun();
            return;
        }
        // [rsp]: runs left after this one; [rsp + 8]: where the distance to the next run stands.
        bool isEven = _spec.Steps.All(s => s == _spec.Steps[0]);
        _c.mov(__dword_ptr[rsp], _spec.Steps.Count);
        if (!isEven)
        {
            _c.lea(r15, __[_steps]);
            _c.mov(__qword_ptr[rsp + 8], r15);
        }
        Label next = _c.CreateLabel(), last = _c.CreateLabel();
        _c.Label(ref next);
        OneRun();
        _c.dec(__dword_ptr[rsp]);
        _c.js(last);
        if (isEven)
        {
            for (int row = 0; row < _spec.Rows; row++) _c.add(Windows[row], _spec.Steps[0]);
        }
        else
        {
            _c.mov(r15, __qword_ptr[rsp + 8]);
            _c.add(__qword_ptr[rsp + 8], sizeof(long));
            _c.mov(r15, __qword_ptr[r15]);
            for (int row = 0; row < _spec.Rows; row++) _c.add(Windows[row], r15);
        }
        _c.jmp(next);
        _c.Label(ref last);
    }

    private void OneRun()
    {
        int step = _spec.Weights.UnitsOfWord, units = _spec.Units, bytesOfWord = _spec.Vectors * VectorBytes;
        if (units <= MostUnrolled)
        {
            for (int unit = 0; unit < units; unit += step) OneWord(unit, isIndexed: false);
            _c.add(r14, units / step * bytesOfWord);
            return;
        }
        int whole = units / Unrolled * Unrolled;
        _c.xor(r15d, r15d);
        Label loop = _c.CreateLabel();
        _c.Label(ref loop);
        for (int unit = 0; unit < Unrolled; unit += step) OneWord(unit, isIndexed: true);
        _c.add(r14, Unrolled / step * bytesOfWord);
        _c.add(r15, Unrolled * Unit);
        _c.cmp(r15, whole * Unit);
        _c.jb(loop);
        for (int unit = 0; unit < units - whole; unit += step) OneWord(unit, isIndexed: true);
        if (units > whole) _c.add(r14, (units - whole) / step * bytesOfWord);
    }

    // The units whose weights lie in one.
    private void OneWord(int unit, bool isIndexed)
    {
        PanelWeights weights = _spec.Weights;
        int vectors = _spec.Vectors, stored = _free, first = weights.IsPlain ? _free : _free + vectors;
        for (int vector = 0; vector < vectors; vector++)
            _v.Load(stored + vector, __[r14 + (unit / weights.UnitsOfWord * vectors + vector) * VectorBytes]);
        for (int part = 0; part < weights.UnitsOfWord; part++)
        {
            for (int vector = 0; vector < vectors && !weights.IsPlain; vector++) Unpack(first + vector, stored + vector, part);
            OneUnit(unit + part, first, isIndexed);
        }
    }

    private void Unpack(int to, int from, int part)
    {
        const int Mask = VectorAssembler.Registers - 1, Table = VectorAssembler.Registers - 2;
        PanelWeights weights = _spec.Weights;
        // Numbers go to the high end of their bytes, places to the low end.
        int left = weights.HasTable ? -part * weights.Bits : 8 - (part + 1) * weights.Bits;
        if (left != 0) _v.Shift(to, from, left);
        _v.And(to, left == 0 ? from : to, Mask);
        if (weights.HasTable) _v.LookUp(to, Table, to);
    }

    private void OneUnit(int unit, int weights, bool isIndexed)
    {
        int vectors = _spec.Vectors, x = weights + vectors, numbers = _constants - x;
        for (int row = 0; row < _spec.Rows; row++)
        {
            int number = x + row % numbers;
            _v.Broadcast(number, isIndexed ? __dword_ptr[Windows[row] + r15 + unit * Unit] : __dword_ptr[Windows[row] + unit * Unit]);
            for (int vector = 0; vector < vectors; vector++) _v.Dot(Sum(row, vector), number, weights + vector);
        }
    }

    // Windows are no longer needed: rax holds factors, rcx results.
    private void Finish()
    {
        int order = _free, part = _free + 1;
        var results = new ByteResults(_v, _spec.Result, _free + 2, _free + 3, _free + 4);
        _v.Load(order, __[_order]);
        results.Begin();
        _c.mov(rax, ulong.MaxValue >> (64 - _spec.Channels));
        _c.kmovq(k1, rax);
        _c.mov(rax, Field(nameof(IntegerPanelRun.Factors)));
        _c.mov(rcx, Field(nameof(IntegerPanelRun.Destination)));
        int pixels = _spec.Vectors switch { 1 => 4, 2 => 2, _ => 1 };     // as many as fill a vector of bytes
        for (int row = 0; row < _spec.Rows; row += pixels)
        {
            int some = Math.Min(pixels, _spec.Rows - row);
            int[] sums = [.. Enumerable.Range(row * _spec.Vectors, some * _spec.Vectors)];
            for (int i = 0; i < sums.Length; i++) _v.Scale(sums[i], __[rax + i % _spec.Vectors * VectorBytes]);
            results.Pack(sums);
            _v.Permute(sums[0], order, sums[0]);
            Store(sums[0], part, row, some);
        }
        _c.add(rcx, _spec.Rows * _spec.Pitch);
        _c.mov(Field(nameof(IntegerPanelRun.Destination)), rcx);
    }

    // Parts of the vector are the results of one pixel each.
    private void Store(int bytes, int part, int row, int pixels)
    {
        int width = _spec.Vectors switch { 1 => 16, 2 => 32, _ => 64 };
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            AssemblerMemoryOperand to = __[rcx + (row + pixel) * _spec.Pitch];
            if (pixel > 0) _v.Extract(part, bytes, width, pixel);
            if (_spec.Channels == VectorBytes) _v.Store(to, bytes);
            else _v.StoreMasked(to, pixel == 0 ? bytes : part, width);
        }
    }

    private void Data()
    {
        if (_spec.Steps.Count > 0)
        {
            _c.Label(ref _steps);
            foreach (int step in _spec.Steps) _c.dq((long)step);
        }
        // Packing leaves [quarter of a vector][vector] units of four bytes; wanted is [vector][quarter].
        _c.Label(ref _order);
        for (int i = 0; i < VectorBytes / Unit; i++) _c.dd(i % 4 * 4 + i / 4);
        PanelWeights weights = _spec.Weights;
        if (weights.IsPlain) return;
        _c.Label(ref _masks);
        int mask = weights.HasTable ? (1 << weights.Bits) - 1 : 0x100 - (1 << (8 - weights.Bits));
        for (int i = 0; i < VectorBytes; i++) _c.db((byte)mask);
        if (!weights.HasTable) return;
        _c.Label(ref _table);
        for (int i = 0; i < VectorBytes; i++) _c.db(unchecked((byte)weights.Table[i % weights.Table.Count]));
    }
}
