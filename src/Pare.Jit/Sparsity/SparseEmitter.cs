using System.Runtime.InteropServices;
using Iced.Intel;
using Pare.Jit.Emission;
using static Iced.Intel.AssemblerRegisters;

namespace Pare.Jit.Sparsity;

/// <summary>Emits a function (SparseRun*) that adds to the sums of a tile the products of units of weights that are not all 0, with vpdpbusd on 512-bit vectors of pixels.</summary>
/// <remarks>rsi: values, rdx: offsets, rcx: counts, r8: sums, r9: output channels left, r10: packed pixels, r11: units left, rax: a unit's pixels. Vectors: sums, weights, pixels.</remarks>
internal static class SparseEmitter
{
    private const int VectorBytes = 64, Unrolled = 4, SumRegisters = 16;

    /// <summary>The code for tiles of so many vectors.</summary>
    /// <param name="vectors">1 to 8.</param>
    public static Assembler Emit(int vectors)
    {
        var c = new Assembler(64);
        var v = new WideAssembler(c);
        // Additions to one sum wait for each other: units in turn add to sums of their own.
        int chains = Math.Clamp(SumRegisters / vectors, 1, Unrolled);
        c.mov(r10, Field(nameof(SparseRun.Area)));
        c.mov(rcx, Field(nameof(SparseRun.Rows)));
        c.mov(rsi, Field(nameof(SparseRun.Values)));
        c.mov(rdx, Field(nameof(SparseRun.Offsets)));
        c.mov(r9, Field(nameof(SparseRun.Outputs)));
        c.mov(rdi, Field(nameof(SparseRun.Sums)));
        Label output = c.CreateLabel(), loop = c.CreateLabel(), few = c.CreateLabel(), one = c.CreateLabel(), done = c.CreateLabel();
        c.Label(ref output);
        c.mov(r11d, __dword_ptr[rcx]);
        c.movsxd(r8, __dword_ptr[rcx + sizeof(int)]);
        c.add(r8, rdi);
        c.add(rcx, 2 * sizeof(int));
        for (int i = 0; i < vectors; i++) v.Load(i, __[r8 + i * VectorBytes]);
        for (int i = vectors; i < chains * vectors; i++) v.Clear(i);
        c.sub(r11d, Unrolled);
        c.jl(few);
        c.Label(ref loop);
        for (int unit = 0; unit < Unrolled; unit++) OneUnit(c, v, vectors, unit, unit % chains, chains);
        c.add(rsi, Unrolled * sizeof(uint));
        c.add(rdx, Unrolled * sizeof(ushort));
        c.sub(r11d, Unrolled);
        c.jge(loop);
        c.Label(ref few);
        c.add(r11d, Unrolled);
        c.jz(done);
        c.Label(ref one);
        OneUnit(c, v, vectors, 0, 0, chains);
        c.add(rsi, sizeof(uint));
        c.add(rdx, sizeof(ushort));
        c.dec(r11d);
        c.jnz(one);
        c.Label(ref done);
        for (int i = vectors; i < chains * vectors; i++) v.Add(i % vectors, i);
        for (int i = 0; i < vectors; i++) v.Store(__[r8 + i * VectorBytes], i);
        c.dec(r9);
        c.jnz(output);
        c.vzeroupper();
        c.ret();
        return c;
    }

    private static void OneUnit(Assembler c, WideAssembler v, int vectors, int unit, int chain, int chains)
    {
        int weights = chains * vectors + unit % 2, pixels = chains * vectors + 2, room = VectorAssembler.Registers - pixels;
        c.movzx(eax, __word_ptr[rdx + unit * sizeof(ushort)]);
        v.Broadcast(weights, __dword_ptr[rsi + unit * sizeof(uint)]);
        for (int i = 0; i < vectors; i++)
        {
            int x = pixels + (unit * vectors + i) % room;
            v.Load(x, __[r10 + rax + i * VectorBytes]);
            v.Dot(chain * vectors + i, x, weights);
        }
    }

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[rdi + (int)Marshal.OffsetOf<SparseRun>(name)];
}
