using System.Runtime.InteropServices;
using Iced.Intel;
using Pare.Jit.Emission;
using static Iced.Intel.AssemblerRegisters;

namespace Pare.Jit.Bits;

/// <summary>Emits a function (BitRun*) that computes <see cref="BitRun.Count"/> tiles of pixels for 32 output channels: xor, and vpopcntd on 512-bit vectors.</summary>
/// <remarks>
/// A count is of bits that differ, less what padding would add to it. As bits it begins less what it may be at most, so that a result is 1 where it
/// ends at 0 or below; as floats a result is (terms - 2 count) * factor + bias, rounded after each step. Vectors: counts [pixel][2], weights [2], a
/// word of the picture, what is counted.
/// </remarks>
internal sealed class BitEmitter : TileEmitter
{
    private const int Vectors = 2, VectorBytes = 64;

    private readonly BitSpec _spec;

    private BitEmitter(BitSpec spec) : base(spec.Rows, spec.Words, spec.Steps, 1, Vectors * VectorBytes) => _spec = spec;

    /// <inheritdoc/>
    protected override (AssemblerMemoryOperand, AssemblerMemoryOperand, AssemblerMemoryOperand, AssemblerMemoryOperand) Fields { get; } =
        (Field(nameof(BitRun.Source)), Field(nameof(BitRun.Offsets)), Field(nameof(BitRun.Weights)), Field(nameof(BitRun.Count)));

    private int Free => Rows * Vectors;

    /// <summary>The code for a block.</summary>
    public static Assembler Emit(BitSpec spec) => new BitEmitter(spec).Function();

    /// <inheritdoc/>
    protected override void Once()
    {
        if (_spec.IsBits) return;
        for (int vector = 0; vector < Vectors; vector++)
        {
            C.mov(eax, (1 << Math.Clamp(_spec.Channels - vector * 16, 0, 16)) - 1);
            C.kmovd(vector == 0 ? k1 : k2, eax);
        }
    }

    /// <inheritdoc/>
    protected override void Begin()
    {
        C.mov(r14, Field(nameof(BitRun.Classes)));
        for (int row = 0; row < Rows; row++)
        {
            C.movsxd(r15, __dword_ptr[r14 + row * sizeof(int)]);
            C.add(r15, Field(nameof(BitRun.Starts)));
            for (int vector = 0; vector < Vectors; vector++) V.Load(row * Vectors + vector, __[r15 + vector * VectorBytes]);
        }
    }

    /// <inheritdoc/>
    protected override void Word(int unit, bool isIndexed)
    {
        int weights = Free, x = weights + Vectors, differing = x + 1, room = VectorAssembler.Registers - differing;
        for (int vector = 0; vector < Vectors; vector++) V.Load(weights + vector, __[r14 + (unit * Vectors + vector) * VectorBytes]);
        for (int row = 0; row < Rows; row++)
        {
            V.Broadcast(x, Number(row, unit, isIndexed));
            for (int vector = 0; vector < Vectors; vector++)
            {
                int bits = differing + (row * Vectors + vector) % room;
                V.Xor(bits, x, weights + vector);
                V.Count(bits, bits);
                V.Add(row * Vectors + vector, bits);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Finish()
    {
        C.mov(rcx, Field(nameof(BitRun.Destination)));
        if (_spec.IsBits) Bits();
        else Floats();
        C.add(rcx, Rows * _spec.Pitch);
        C.mov(Field(nameof(BitRun.Destination)), rcx);
        C.add(Field(nameof(BitRun.Classes)), Rows * sizeof(int));
    }

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[rdi + (int)Marshal.OffsetOf<BitRun>(name)];

    private void Bits()
    {
        int zero = Free;
        V.Clear(zero);
        for (int row = 0; row < Rows; row++)
        {
            V.NotAbove(k1, row * Vectors, zero);
            V.NotAbove(k2, row * Vectors + 1, zero);
            C.kunpckwd(k1, k2, k1);
            C.kmovd(__dword_ptr[rcx + row * _spec.Pitch], k1);
        }
    }

    private void Floats()
    {
        int terms = Free;
        C.mov(rax, Field(nameof(BitRun.Factors)));
        C.mov(rdx, Field(nameof(BitRun.Biases)));
        C.mov(r14, Field(nameof(BitRun.Classes)));
        for (int row = 0; row < Rows; row++)
        {
            C.movsxd(r15, __dword_ptr[r14 + row * sizeof(int)]);
            C.add(r15, Field(nameof(BitRun.Seen)));
            V.Broadcast(terms, __dword_ptr[r15]);
            for (int vector = 0; vector < Vectors; vector++)
            {
                int count = row * Vectors + vector;
                V.Shift(count, count, 1);
                V.Subtract(count, terms, count);
                V.ScaleAndAdd(count, __[rax + vector * VectorBytes], __[rdx + vector * VectorBytes]);
                V.StoreMasked(__[rcx + row * _spec.Pitch + vector * VectorBytes], count, vector == 0 ? k1 : k2);
            }
        }
    }
}
