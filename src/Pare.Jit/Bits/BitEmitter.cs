using System.Runtime.InteropServices;
using Iced.Intel;
using Pare.Jit.Emission;
using static Iced.Intel.AssemblerRegisters;

namespace Pare.Jit.Bits;

/// <summary>Emits a function (BitRun*) that computes <see cref="BitRun.Count"/> tiles of pixels for 32 output channels: xor, and vpopcntd on 512-bit vectors.</summary>
/// <remarks>
/// A count is of bits that differ, less what padding would add to it. As bits it begins less what it may be at most, so that a result is 1 where it
/// ends at 0 or below; as floats a result is (terms - 2 count) * factor + bias, rounded after each step. Vectors: counts [pixel][2], weights [2], a
/// word of the picture, what is counted. rdi: the run, r14: weights, r15: place in a run, the others: windows.
/// </remarks>
internal sealed class BitEmitter
{
    private const int Vectors = 2, VectorBytes = 64, Unrolled = 4, MostUnrolled = 8;

    private static readonly AssemblerRegister64[] Windows = [rax, rcx, rdx, rbx, rbp, rsi, r8, r9, r10, r11, r12, r13];
    private static readonly AssemblerRegister64[] Kept = [rbx, rbp, r12, r13, r14, r15];

    private readonly Assembler _c = new(64);
    private readonly VectorAssembler _v;
    private readonly BitSpec _spec;
    private Label _steps;

    private BitEmitter(BitSpec spec)
    {
        _spec = spec;
        _v = new VectorAssembler(_c, VectorBytes);
        _steps = _c.CreateLabel();
    }

    private int Free => _spec.Rows * Vectors;

    /// <summary>The code for a block.</summary>
    public static Assembler Emit(BitSpec spec)
    {
        var emitter = new BitEmitter(spec);
        emitter.Function();
        return emitter._c;
    }

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[rdi + (int)Marshal.OffsetOf<BitRun>(name)];

    private void Function()
    {
        foreach (AssemblerRegister64 register in Kept) _c.push(register);
        _c.sub(rsp, 16);
        if (!_spec.IsBits)
        {
            for (int vector = 0; vector < Vectors; vector++)
            {
                _c.mov(eax, (1 << Math.Clamp(_spec.Channels - vector * 16, 0, 16)) - 1);
                _c.kmovd(vector == 0 ? k1 : k2, eax);
            }
        }
        Label tile = _c.CreateLabel();
        _c.Label(ref tile);
        Begin();
        Products();
        if (_spec.IsBits) Bits();
        else Floats();
        _c.add(rcx, _spec.Rows * _spec.Pitch);
        _c.mov(Field(nameof(BitRun.Destination)), rcx);
        _c.add(Field(nameof(BitRun.Classes)), _spec.Rows * sizeof(int));
        _c.dec(Field(nameof(BitRun.Count)));
        _c.jnz(tile);
        _c.vzeroupper();
        _c.add(rsp, 16);
        foreach (AssemblerRegister64 register in Kept.Reverse()) _c.pop(register);
        _c.ret();
        if (_spec.Steps.Count == 0) return;
        _c.Label(ref _steps);
        foreach (int step in _spec.Steps) _c.dq((long)step);
    }

    private void Begin()
    {
        _c.mov(r14, Field(nameof(BitRun.Classes)));
        for (int row = 0; row < _spec.Rows; row++)
        {
            _c.movsxd(r15, __dword_ptr[r14 + row * sizeof(int)]);
            _c.add(r15, Field(nameof(BitRun.Starts)));
            for (int vector = 0; vector < Vectors; vector++) _v.Load(row * Vectors + vector, __[r15 + vector * VectorBytes]);
        }
        _c.mov(r14, Field(nameof(BitRun.Offsets)));
        _c.mov(r15, Field(nameof(BitRun.Source)));
        for (int row = 0; row < _spec.Rows; row++)
        {
            _c.movsxd(Windows[row], __dword_ptr[r14 + row * sizeof(int)]);
            _c.add(Windows[row], r15);
        }
        _c.add(r14, _spec.Rows * sizeof(int));
        _c.mov(Field(nameof(BitRun.Offsets)), r14);
        _c.mov(r14, Field(nameof(BitRun.Weights)));
    }

    // [rsp]: runs left after this one; [rsp + 8]: where the distance to the next run stands.
    private void Products()
    {
        if (_spec.Steps.Count == 0)
        {
            OneRun();
            return;
        }
        _c.mov(__dword_ptr[rsp], _spec.Steps.Count);
        _c.lea(r15, __[_steps]);
        _c.mov(__qword_ptr[rsp + 8], r15);
        Label next = _c.CreateLabel(), last = _c.CreateLabel();
        _c.Label(ref next);
        OneRun();
        _c.dec(__dword_ptr[rsp]);
        _c.js(last);
        _c.mov(r15, __qword_ptr[rsp + 8]);
        _c.add(__qword_ptr[rsp + 8], sizeof(long));
        _c.mov(r15, __qword_ptr[r15]);
        for (int row = 0; row < _spec.Rows; row++) _c.add(Windows[row], r15);
        _c.jmp(next);
        _c.Label(ref last);
    }

    private void OneRun()
    {
        int words = _spec.Words;
        const int WordBytes = Vectors * VectorBytes;
        if (words <= MostUnrolled)
        {
            for (int word = 0; word < words; word++) OneWord(word, isIndexed: false);
            _c.add(r14, words * WordBytes);
            return;
        }
        int whole = words / Unrolled * Unrolled;
        _c.xor(r15d, r15d);
        Label loop = _c.CreateLabel();
        _c.Label(ref loop);
        for (int word = 0; word < Unrolled; word++) OneWord(word, isIndexed: true);
        _c.add(r14, Unrolled * WordBytes);
        _c.add(r15, Unrolled * sizeof(uint));
        _c.cmp(r15, whole * sizeof(uint));
        _c.jb(loop);
        for (int word = 0; word < words - whole; word++) OneWord(word, isIndexed: true);
        if (words > whole) _c.add(r14, (words - whole) * WordBytes);
    }

    private void OneWord(int word, bool isIndexed)
    {
        int weights = Free, x = weights + Vectors, differing = x + 1, room = VectorAssembler.Registers - differing;
        for (int vector = 0; vector < Vectors; vector++) _v.Load(weights + vector, __[r14 + (word * Vectors + vector) * VectorBytes]);
        for (int row = 0; row < _spec.Rows; row++)
        {
            _v.Broadcast(x, isIndexed ? __dword_ptr[Windows[row] + r15 + word * sizeof(uint)] : __dword_ptr[Windows[row] + word * sizeof(uint)]);
            for (int vector = 0; vector < Vectors; vector++)
            {
                int bits = differing + (row * Vectors + vector) % room;
                _v.Xor(bits, x, weights + vector);
                _v.Count(bits, bits);
                _v.Add(row * Vectors + vector, bits);
            }
        }
    }

    private void Bits()
    {
        int zero = Free;
        _v.Clear(zero);
        _c.mov(rcx, Field(nameof(BitRun.Destination)));
        for (int row = 0; row < _spec.Rows; row++)
        {
            _v.NotAbove(k1, row * Vectors, zero);
            _v.NotAbove(k2, row * Vectors + 1, zero);
            _c.kunpckwd(k1, k2, k1);
            _c.kmovd(__dword_ptr[rcx + row * _spec.Pitch], k1);
        }
    }

    private void Floats()
    {
        int terms = Free;
        _c.mov(rcx, Field(nameof(BitRun.Destination)));
        _c.mov(rax, Field(nameof(BitRun.Factors)));
        _c.mov(rdx, Field(nameof(BitRun.Biases)));
        _c.mov(r14, Field(nameof(BitRun.Classes)));
        for (int row = 0; row < _spec.Rows; row++)
        {
            _c.movsxd(r15, __dword_ptr[r14 + row * sizeof(int)]);
            _c.add(r15, Field(nameof(BitRun.Seen)));
            _v.Broadcast(terms, __dword_ptr[r15]);
            for (int vector = 0; vector < Vectors; vector++)
            {
                int count = row * Vectors + vector;
                _v.Shift(count, count, 1);
                _v.Subtract(count, terms, count);
                _v.ScaleAndAdd(count, __[rax + vector * VectorBytes], __[rdx + vector * VectorBytes]);
                _v.StoreMasked(__[rcx + row * _spec.Pitch + vector * VectorBytes], count, vector == 0 ? k1 : k2);
            }
        }
    }
}
