using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Pare.Jit.Emission;

/// <summary>Instructions on vectors of 64 bytes: those of <see cref="VectorAssembler"/>, and more.</summary>
/// <param name="assembler">Takes the instructions.</param>
internal sealed class WideAssembler(Assembler assembler) : VectorAssembler(assembler, 64)
{
    private static readonly AssemblerRegisterXMM[] X =
        [xmm0, xmm1, xmm2, xmm3, xmm4, xmm5, xmm6, xmm7, xmm8, xmm9, xmm10, xmm11, xmm12, xmm13, xmm14, xmm15,
        xmm16, xmm17, xmm18, xmm19, xmm20, xmm21, xmm22, xmm23, xmm24, xmm25, xmm26, xmm27, xmm28, xmm29, xmm30, xmm31];

    /// <summary>Writes the bytes of a vector that the mask k1 names; it may be narrower than the others.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="from">The register.</param>
    /// <param name="width">16, 32 or 64 bytes.</param>
    public void StoreMasked(AssemblerMemoryOperand to, int from, int width)
    {
        if (width == 64) C.vmovdqu8(to.k1, Z[from]);
        else if (width == 32) C.vmovdqu8(to.k1, Y[from]);
        else C.vmovdqu8(to.k1, X[from]);
    }

    /// <summary>Zeros.</summary>
    public void Clear(int to)
    {
        C.vpxord(Z[to], Z[to], Z[to]);
    }

    /// <summary>Adds numbers of 32 bits.</summary>
    public void Add(int to, int other)
    {
        C.vpaddd(Z[to], Z[to], Z[other]);
    }

    /// <summary>The difference of numbers of 32 bits.</summary>
    public void Subtract(int to, int one, int other)
    {
        C.vpsubd(Z[to], Z[one], Z[other]);
    }

    /// <summary>The bits that differ.</summary>
    public void Xor(int to, int one, int other)
    {
        C.vpxord(Z[to], Z[one], Z[other]);
    }

    /// <summary>How many bits of each 32 are 1.</summary>
    public void Count(int to, int from)
    {
        C.vpopcntd(Z[to], Z[from]);
    }

    /// <summary>A bit for each number of 32 bits that is not above another.</summary>
    public void NotAbove(AssemblerRegisterK to, int one, int other)
    {
        const byte LessOrEqual = 2;
        C.vpcmpd(to, Z[one], Z[other], LessOrEqual);
    }

    /// <summary>Numbers of 32 bits as floats, times factors, rounded, plus others.</summary>
    public void ScaleAndAdd(int number, in AssemblerMemoryOperand factors, in AssemblerMemoryOperand others)
    {
        C.vcvtdq2ps(Z[number], Z[number]);
        C.vmulps(Z[number], Z[number], factors);
        C.vaddps(Z[number], Z[number], others);
    }

    /// <summary>Writes the floats of a vector that a mask names.</summary>
    public void StoreMasked(AssemblerMemoryOperand to, int from, AssemblerRegisterK mask)
    {
        AssemblerMemoryOperand part = mask.Value == Register.K1 ? to.k1 : to.k2;
        C.vmovups(part, Z[from]);
    }

    /// <summary>Part of a vector, in the low bytes of another.</summary>
    /// <param name="to">The register for it.</param>
    /// <param name="from">The vector.</param>
    /// <param name="width">16 or 32 bytes.</param>
    /// <param name="part">Which one.</param>
    public void Extract(int to, int from, int width, int part)
    {
        if (width == 16) C.vextracti32x4(X[to], Z[from], (byte)part);
        else C.vextracti64x4(Y[to], Z[from], (byte)part);
    }

    /// <summary>A number of 32 bits in all lanes.</summary>
    public void Broadcast(int to, in AssemblerMemoryOperand from)
    {
        C.vpbroadcastd(Z[to], from);
    }

    /// <summary>Adds to sums of 32 bits the products of four unsigned bytes with four signed ones.</summary>
    public void Dot(int sum, int unsigned, int signed)
    {
        C.vpdpbusd(Z[sum], Z[unsigned], Z[signed]);
    }

    /// <summary>Shifts numbers of 32 bits to the left; to the right where it is less than 0, zeros from the left.</summary>
    public void Shift(int to, int from, int left)
    {
        if (left >= 0) C.vpslld(Z[to], Z[from], (byte)left);
        else C.vpsrld(Z[to], Z[from], (byte)-left);
    }

    /// <summary>The bits that both have.</summary>
    public void And(int to, int one, int other)
    {
        C.vpandd(Z[to], Z[one], Z[other]);
    }

    /// <summary>The bytes at places of a table that each 16 bytes of a register hold.</summary>
    public void LookUp(int to, int table, int places)
    {
        C.vpshufb(Z[to], Z[table], Z[places]);
    }

    /// <summary>Units of 32 bits in another order.</summary>
    public void Permute(int to, int order, int from)
    {
        C.vpermd(Z[to], Z[order], Z[from]);
    }
}
