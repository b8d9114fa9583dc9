using System.Runtime.InteropServices;
using Iced.Intel;
using Pare.Kernels.Integer.Products;
using static Iced.Intel.AssemblerRegisters;

namespace Pare.Jit.Integer;

/// <summary>Emits a function (IntegerPanelRun*) that computes <see cref="IntegerPanelRun.Count"/> tiles of pixels, with vpdpbusd on 512-bit vectors.</summary>
/// <remarks>
/// zmm: the sums [pixel][vector], then a vector of weights for each vector, then numbers of the picture. rdi holds the run, whose pointers move on;
/// r14 the weights, r15 the place in a run; the others the windows of the pixels. Results are converted to floats, multiplied by their factors,
/// rounded half to even, packed with saturation to 16 bits, moved by the zero point, and packed with saturation to bytes: the integers of
/// <see cref="Operators.IntegerResult.Round"/> wherever |sum * factor| is below 2^31, which <see cref="PanelInstructions"/> sees to.
/// </remarks>
internal sealed class PanelEmitter
{
    private const int Unit = 4, VectorBytes = 64, Unrolled = 4, MostUnrolled = 8;

    private static readonly AssemblerRegister64[] Windows = [rax, rcx, rdx, rbx, rbp, rsi, r8, r9, r10, r11, r12, r13];
    private static readonly AssemblerRegister64[] Kept = [rbx, rbp, r12, r13, r14, r15];
    private static readonly AssemblerRegisterZMM[] Vectors =
        [zmm0, zmm1, zmm2, zmm3, zmm4, zmm5, zmm6, zmm7, zmm8, zmm9, zmm10, zmm11, zmm12, zmm13, zmm14, zmm15,
        zmm16, zmm17, zmm18, zmm19, zmm20, zmm21, zmm22, zmm23, zmm24, zmm25, zmm26, zmm27, zmm28, zmm29, zmm30, zmm31];

    private readonly Assembler _c = new(64);
    private readonly PanelSpec _spec;
    private readonly AssemblerRegisterZMM[] _free;
    private Label _steps, _order;

    private PanelEmitter(PanelSpec spec)
    {
        _spec = spec;
        _free = Vectors[(spec.Rows * spec.Vectors)..];
        (_steps, _order) = (_c.CreateLabel(), _c.CreateLabel());
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

    private AssemblerRegisterZMM Sum(int row, int vector) => Vectors[row * _spec.Vectors + vector];

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
        for (int v = 0; v < _spec.Vectors; v++) _c.vmovdqu32(Sum(0, v), __zmmword_ptr[r15 + v * VectorBytes]);
        for (int row = 1; row < _spec.Rows; row++)
        {
            for (int v = 0; v < _spec.Vectors; v++) _c.vmovdqa32(Sum(row, v), Sum(0, v));
        }
        _c.mov(r14, Field(nameof(IntegerPanelRun.Weights)));
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
        int units = _spec.Units, unitBytes = _spec.Vectors * VectorBytes;
        if (units <= MostUnrolled)
        {
            for (int unit = 0; unit < units; unit++) OneUnit(unit, isIndexed: false);
            _c.add(r14, units * unitBytes);
            return;
        }
        int whole = units / Unrolled * Unrolled;
        _c.xor(r15d, r15d);
        Label loop = _c.CreateLabel();
        _c.Label(ref loop);
        for (int unit = 0; unit < Unrolled; unit++) OneUnit(unit, isIndexed: true);
        _c.add(r14, Unrolled * unitBytes);
        _c.add(r15, Unrolled * Unit);
        _c.cmp(r15, whole * Unit);
        _c.jb(loop);
        for (int unit = 0; unit < units - whole; unit++) OneUnit(unit, isIndexed: true);
        if (units > whole) _c.add(r14, (units - whole) * unitBytes);
    }

    private void OneUnit(int unit, bool isIndexed)
    {
        int vectors = _spec.Vectors, numbers = _free.Length - vectors;
        for (int v = 0; v < vectors; v++) _c.vmovdqu32(_free[v], __zmmword_ptr[r14 + (unit * vectors + v) * VectorBytes]);
        for (int row = 0; row < _spec.Rows; row++)
        {
            AssemblerRegisterZMM x = _free[vectors + row % numbers];
            _c.vpbroadcastd(x, isIndexed ? __dword_ptr[Windows[row] + r15 + unit * Unit] : __dword_ptr[Windows[row] + unit * Unit]);
            for (int v = 0; v < vectors; v++) _c.vpdpbusd(Sum(row, v), x, _free[v]);
        }
    }

    // Windows are no longer needed: rax holds factors, rcx results.
    private void Finish()
    {
        (AssemblerRegisterZMM order, AssemblerRegisterZMM zero, AssemblerRegisterZMM low, AssemblerRegisterZMM high, AssemblerRegisterZMM part) =
            (_free[0], _free[1], _free[2], _free[3], _free[4]);
        bool isSigned = _spec.Result.Type == DType.I8;
        int least = isSigned ? sbyte.MinValue : byte.MinValue, most = isSigned ? sbyte.MaxValue : byte.MaxValue;
        _c.vmovdqu32(order, __zmmword_ptr[_order]);
        if (_spec.Result.Zero != 0)
        {
            _c.mov(eax, _spec.Result.Zero);
            _c.vpbroadcastw(zero, eax);
        }
        if (_spec.Result.Low > least)
        {
            _c.mov(eax, _spec.Result.Low);
            _c.vpbroadcastb(low, eax);
        }
        if (_spec.Result.High < most)
        {
            _c.mov(eax, _spec.Result.High);
            _c.vpbroadcastb(high, eax);
        }
        _c.mov(rax, ulong.MaxValue >> (64 - _spec.Channels));
        _c.kmovq(k1, rax);
        _c.mov(rax, Field(nameof(IntegerPanelRun.Factors)));
        _c.mov(rcx, Field(nameof(IntegerPanelRun.Destination)));
        int pixels = _spec.Vectors switch { 1 => 4, 2 => 2, _ => 1 };     // as many as fill a vector of bytes
        for (int row = 0; row < _spec.Rows; row += pixels)
        {
            int some = Math.Min(pixels, _spec.Rows - row);
            AssemblerRegisterZMM[] sums = Enumerable.Range(row * _spec.Vectors, some * _spec.Vectors).Select(i => Vectors[i]).ToArray();
            for (int i = 0; i < sums.Length; i++)
            {
                _c.vcvtdq2ps(sums[i], sums[i]);
                _c.vmulps(sums[i], sums[i], __zmmword_ptr[rax + i % _spec.Vectors * VectorBytes]);
                _c.vcvtps2dq(sums[i], sums[i]);
            }
            AssemblerRegisterZMM bytes = sums[0];
            _c.vpackssdw(bytes, bytes, sums[Math.Min(1, sums.Length - 1)]);
            if (_spec.Result.Zero != 0) _c.vpaddsw(bytes, bytes, zero);
            AssemblerRegisterZMM words = bytes;
            if (sums.Length > 2)
            {
                words = sums[2];
                _c.vpackssdw(words, words, sums[^1]);
                if (_spec.Result.Zero != 0) _c.vpaddsw(words, words, zero);
            }
            if (isSigned) _c.vpacksswb(bytes, bytes, words);
            else _c.vpackuswb(bytes, bytes, words);
            if (_spec.Result.Low > least) Bound(bytes, low, isSigned, isLow: true);
            if (_spec.Result.High < most) Bound(bytes, high, isSigned, isLow: false);
            _c.vpermd(bytes, order, bytes);
            Store(bytes, part, row, some);
        }
        _c.add(rcx, _spec.Rows * _spec.Pitch);
        _c.mov(Field(nameof(IntegerPanelRun.Destination)), rcx);
    }

    private void Bound(AssemblerRegisterZMM bytes, AssemblerRegisterZMM bound, bool isSigned, bool isLow)
    {
        switch (isSigned, isLow)
        {
            case (true, true): _c.vpmaxsb(bytes, bytes, bound); break;
            case (true, false): _c.vpminsb(bytes, bytes, bound); break;
            case (false, true): _c.vpmaxub(bytes, bytes, bound); break;
            default: _c.vpminub(bytes, bytes, bound); break;
        }
    }

    // Parts of the vector are the results of one pixel each.
    private void Store(AssemblerRegisterZMM bytes, AssemblerRegisterZMM part, int row, int pixels)
    {
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            int at = (row + pixel) * _spec.Pitch;
            AssemblerRegisterZMM from = pixel == 0 ? bytes : part;
            if (_spec.Vectors == 1)
            {
                if (pixel > 0) _c.vextracti32x4(Low128(part), bytes, (byte)pixel);
                _c.vmovdqu8(__xmmword_ptr[rcx + at].k1, Low128(from));
            }
            else if (_spec.Vectors == 2)
            {
                if (pixel > 0) _c.vextracti64x4(Low256(part), bytes, (byte)pixel);
                _c.vmovdqu8(__ymmword_ptr[rcx + at].k1, Low256(from));
            }
            else if (_spec.Channels == VectorBytes)
            {
                _c.vmovdqu32(__zmmword_ptr[rcx + at], from);
            }
            else
            {
                _c.vmovdqu8(__zmmword_ptr[rcx + at].k1, from);
            }
        }
    }

    private static AssemblerRegisterXMM Low128(AssemblerRegisterZMM register) => new((Register)((int)Register.XMM0 + (register.Value - Register.ZMM0)));

    private static AssemblerRegisterYMM Low256(AssemblerRegisterZMM register) => new((Register)((int)Register.YMM0 + (register.Value - Register.ZMM0)));

    private void Data()
    {
        if (_spec.Steps.Count > 0)
        {
            _c.Label(ref _steps);
            foreach (int step in _spec.Steps) _c.dq((long)step);
        }
        // Packing leaves [quarter of a vector][vector] units of four bytes; wanted is [vector][quarter].
        _c.Label(ref _order);
        for (int i = 0; i < 16; i++) _c.dd(i % 4 * 4 + i / 4);
    }
}
