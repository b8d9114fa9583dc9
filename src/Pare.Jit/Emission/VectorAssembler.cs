using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Pare.Jit.Emission;

/// <summary>Instructions on vectors of one width, 32 or 64 bytes, whose 32 registers are told by number: one source text for both.</summary>
/// <param name="assembler">Takes the instructions.</param>
/// <param name="bytes">32 or 64.</param>
internal sealed class VectorAssembler(Assembler assembler, int bytes)
{
    /// <summary>Registers of the processor that hold vectors.</summary>
    public const int Registers = 32;

    private static readonly AssemblerRegisterZMM[] Z =
        [zmm0, zmm1, zmm2, zmm3, zmm4, zmm5, zmm6, zmm7, zmm8, zmm9, zmm10, zmm11, zmm12, zmm13, zmm14, zmm15,
        zmm16, zmm17, zmm18, zmm19, zmm20, zmm21, zmm22, zmm23, zmm24, zmm25, zmm26, zmm27, zmm28, zmm29, zmm30, zmm31];

    private static readonly AssemblerRegisterYMM[] Y =
        [ymm0, ymm1, ymm2, ymm3, ymm4, ymm5, ymm6, ymm7, ymm8, ymm9, ymm10, ymm11, ymm12, ymm13, ymm14, ymm15,
        ymm16, ymm17, ymm18, ymm19, ymm20, ymm21, ymm22, ymm23, ymm24, ymm25, ymm26, ymm27, ymm28, ymm29, ymm30, ymm31];

    private static readonly AssemblerRegisterXMM[] X =
        [xmm0, xmm1, xmm2, xmm3, xmm4, xmm5, xmm6, xmm7, xmm8, xmm9, xmm10, xmm11, xmm12, xmm13, xmm14, xmm15,
        xmm16, xmm17, xmm18, xmm19, xmm20, xmm21, xmm22, xmm23, xmm24, xmm25, xmm26, xmm27, xmm28, xmm29, xmm30, xmm31];

    private readonly bool _isWide = bytes == 64;

    /// <summary>All other instructions.</summary>
    public Assembler Other => assembler;

    /// <summary>Bytes of a vector.</summary>
    public int Bytes => bytes;

    /// <summary>Reads a vector.</summary>
    public void Load(int to, in AssemblerMemoryOperand from)
    {
        if (_isWide) assembler.vmovdqu32(Z[to], from);
        else assembler.vmovdqu32(Y[to], from);
    }

    /// <summary>Writes a vector.</summary>
    public void Store(in AssemblerMemoryOperand to, int from)
    {
        if (_isWide) assembler.vmovdqu32(to, Z[from]);
        else assembler.vmovdqu32(to, Y[from]);
    }

    /// <summary>Writes the bytes of a vector that the mask k1 names; it may be narrower than the others.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="from">The register.</param>
    /// <param name="width">16, 32 or 64 bytes.</param>
    public void StoreMasked(AssemblerMemoryOperand to, int from, int width)
    {
        if (width == 64) assembler.vmovdqu8(to.k1, Z[from]);
        else if (width == 32) assembler.vmovdqu8(to.k1, Y[from]);
        else assembler.vmovdqu8(to.k1, X[from]);
    }

    /// <summary>Copies a vector.</summary>
    public void Copy(int to, int from)
    {
        if (_isWide) assembler.vmovdqa32(Z[to], Z[from]);
        else assembler.vmovdqa32(Y[to], Y[from]);
    }

    /// <summary>Part of a vector of 64 bytes, in the low bytes of another.</summary>
    /// <param name="to">The register for it.</param>
    /// <param name="from">The vector.</param>
    /// <param name="width">16 or 32 bytes.</param>
    /// <param name="part">Which one.</param>
    public void Extract(int to, int from, int width, int part)
    {
        if (width == 16) assembler.vextracti32x4(X[to], Z[from], (byte)part);
        else assembler.vextracti64x4(Y[to], Z[from], (byte)part);
    }

    /// <summary>A number of 32 bits in all lanes.</summary>
    public void Broadcast(int to, in AssemblerMemoryOperand from)
    {
        if (_isWide) assembler.vpbroadcastd(Z[to], from);
        else assembler.vpbroadcastd(Y[to], from);
    }

    /// <summary>A number in all words; eax is lost.</summary>
    public void Words(int to, int value)
    {
        assembler.mov(eax, value);
        if (_isWide) assembler.vpbroadcastw(Z[to], eax);
        else assembler.vpbroadcastw(Y[to], eax);
    }

    /// <summary>A number in all bytes; eax is lost.</summary>
    public void AllBytes(int to, int value)
    {
        assembler.mov(eax, value);
        if (_isWide) assembler.vpbroadcastb(Z[to], eax);
        else assembler.vpbroadcastb(Y[to], eax);
    }

    /// <summary>Adds to sums of 32 bits the products of four unsigned bytes with four signed ones.</summary>
    public void Dot(int sum, int unsigned, int signed)
    {
        if (_isWide) assembler.vpdpbusd(Z[sum], Z[unsigned], Z[signed]);
        else assembler.vpdpbusd(Y[sum], Y[unsigned], Y[signed]);
    }

    /// <summary>The same with signed bytes from memory.</summary>
    public void Dot(int sum, int unsigned, in AssemblerMemoryOperand signed)
    {
        if (_isWide) assembler.vpdpbusd(Z[sum], Z[unsigned], signed);
        else assembler.vpdpbusd(Y[sum], Y[unsigned], signed);
    }

    /// <summary>Sums times factors, rounded half to even.</summary>
    public void Scale(int sum, in AssemblerMemoryOperand factors)
    {
        if (_isWide)
        {
            assembler.vcvtdq2ps(Z[sum], Z[sum]);
            assembler.vmulps(Z[sum], Z[sum], factors);
            assembler.vcvtps2dq(Z[sum], Z[sum]);
        }
        else
        {
            assembler.vcvtdq2ps(Y[sum], Y[sum]);
            assembler.vmulps(Y[sum], Y[sum], factors);
            assembler.vcvtps2dq(Y[sum], Y[sum]);
        }
    }

    /// <summary>Numbers of 32 bits to words, with saturation, in each 16 bytes those of one and then those of the other.</summary>
    public void PackWords(int to, int low, int high)
    {
        if (_isWide) assembler.vpackssdw(Z[to], Z[low], Z[high]);
        else assembler.vpackssdw(Y[to], Y[low], Y[high]);
    }

    /// <summary>Words to bytes in the same way.</summary>
    public void PackBytes(int to, int low, int high, bool signed)
    {
        switch (_isWide, signed)
        {
            case (true, true): assembler.vpacksswb(Z[to], Z[low], Z[high]); break;
            case (true, false): assembler.vpackuswb(Z[to], Z[low], Z[high]); break;
            case (false, true): assembler.vpacksswb(Y[to], Y[low], Y[high]); break;
            default: assembler.vpackuswb(Y[to], Y[low], Y[high]); break;
        }
    }

    /// <summary>Adds words, with saturation.</summary>
    public void AddWords(int to, int other)
    {
        if (_isWide) assembler.vpaddsw(Z[to], Z[to], Z[other]);
        else assembler.vpaddsw(Y[to], Y[to], Y[other]);
    }

    /// <summary>The larger bytes.</summary>
    public void Larger(int to, int other, bool signed)
    {
        switch (_isWide, signed)
        {
            case (true, true): assembler.vpmaxsb(Z[to], Z[to], Z[other]); break;
            case (true, false): assembler.vpmaxub(Z[to], Z[to], Z[other]); break;
            case (false, true): assembler.vpmaxsb(Y[to], Y[to], Y[other]); break;
            default: assembler.vpmaxub(Y[to], Y[to], Y[other]); break;
        }
    }

    /// <summary>The smaller bytes.</summary>
    public void Smaller(int to, int other, bool signed)
    {
        switch (_isWide, signed)
        {
            case (true, true): assembler.vpminsb(Z[to], Z[to], Z[other]); break;
            case (true, false): assembler.vpminub(Z[to], Z[to], Z[other]); break;
            case (false, true): assembler.vpminsb(Y[to], Y[to], Y[other]); break;
            default: assembler.vpminub(Y[to], Y[to], Y[other]); break;
        }
    }

    /// <summary>Units of 32 bits in another order.</summary>
    public void Permute(int to, int order, int from)
    {
        if (_isWide) assembler.vpermd(Z[to], Z[order], Z[from]);
        else assembler.vpermd(Y[to], Y[order], Y[from]);
    }

    /// <summary>In each 16 bytes the first eight of two vectors in turn, the other from memory.</summary>
    public void InterleaveLowBytes(int to, int one, in AssemblerMemoryOperand other)
    {
        if (_isWide) assembler.vpunpcklbw(Z[to], Z[one], other);
        else assembler.vpunpcklbw(Y[to], Y[one], other);
    }

    /// <summary>The last eight.</summary>
    public void InterleaveHighBytes(int to, int one, in AssemblerMemoryOperand other)
    {
        if (_isWide) assembler.vpunpckhbw(Z[to], Z[one], other);
        else assembler.vpunpckhbw(Y[to], Y[one], other);
    }

    /// <summary>In each 16 bytes the first four words of two vectors in turn.</summary>
    public void InterleaveLowWords(int to, int one, int other)
    {
        if (_isWide) assembler.vpunpcklwd(Z[to], Z[one], Z[other]);
        else assembler.vpunpcklwd(Y[to], Y[one], Y[other]);
    }

    /// <summary>The last four.</summary>
    public void InterleaveHighWords(int to, int one, int other)
    {
        if (_isWide) assembler.vpunpckhwd(Z[to], Z[one], Z[other]);
        else assembler.vpunpckhwd(Y[to], Y[one], Y[other]);
    }
}
