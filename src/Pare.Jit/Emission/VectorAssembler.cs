using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Pare.Jit.Emission;

/// <summary>Instructions on vectors of one width, 32 or 64 bytes, whose 32 registers are told by number: one source text for both.</summary>
internal class VectorAssembler
{
    /// <summary>Registers of the processor that hold vectors.</summary>
    public const int Registers = 32;

    /// <summary>Registers of 64 bytes.</summary>
    protected static readonly AssemblerRegisterZMM[] Z =
        [zmm0, zmm1, zmm2, zmm3, zmm4, zmm5, zmm6, zmm7, zmm8, zmm9, zmm10, zmm11, zmm12, zmm13, zmm14, zmm15,
        zmm16, zmm17, zmm18, zmm19, zmm20, zmm21, zmm22, zmm23, zmm24, zmm25, zmm26, zmm27, zmm28, zmm29, zmm30, zmm31];

    /// <summary>Their low 32 bytes.</summary>
    protected static readonly AssemblerRegisterYMM[] Y =
        [ymm0, ymm1, ymm2, ymm3, ymm4, ymm5, ymm6, ymm7, ymm8, ymm9, ymm10, ymm11, ymm12, ymm13, ymm14, ymm15,
        ymm16, ymm17, ymm18, ymm19, ymm20, ymm21, ymm22, ymm23, ymm24, ymm25, ymm26, ymm27, ymm28, ymm29, ymm30, ymm31];

    private readonly bool _isWide;

    /// <summary>Emits for vectors of one width.</summary>
    /// <param name="assembler">Takes the instructions.</param>
    /// <param name="bytes">32 or 64.</param>
    public VectorAssembler(Assembler assembler, int bytes)
    {
        (C, _isWide, Bytes) = (assembler, bytes == 64, bytes);
        assembler.PreferVex = false;        // the older encoding reaches 16 registers only
    }

    /// <summary>Takes the instructions.</summary>
    protected Assembler C { get; }

    /// <summary>Bytes of a vector.</summary>
    public int Bytes { get; }

    /// <summary>Reads a vector.</summary>
    public void Load(int to, in AssemblerMemoryOperand from)
    {
        if (_isWide) C.vmovdqu32(Z[to], from);
        else C.vmovdqu32(Y[to], from);
    }

    /// <summary>Writes a vector.</summary>
    public void Store(in AssemblerMemoryOperand to, int from)
    {
        if (_isWide) C.vmovdqu32(to, Z[from]);
        else C.vmovdqu32(to, Y[from]);
    }

    /// <summary>Copies a vector.</summary>
    public void Copy(int to, int from)
    {
        if (_isWide) C.vmovdqa32(Z[to], Z[from]);
        else C.vmovdqa32(Y[to], Y[from]);
    }

    /// <summary>A number in all words; eax is lost.</summary>
    public void Words(int to, int value)
    {
        C.mov(eax, value);
        if (_isWide) C.vpbroadcastw(Z[to], eax);
        else C.vpbroadcastw(Y[to], eax);
    }

    /// <summary>A number in all bytes; eax is lost.</summary>
    public void AllBytes(int to, int value)
    {
        C.mov(eax, value);
        if (_isWide) C.vpbroadcastb(Z[to], eax);
        else C.vpbroadcastb(Y[to], eax);
    }

    /// <summary>The same with signed bytes from memory.</summary>
    public void Dot(int sum, int unsigned, in AssemblerMemoryOperand signed)
    {
        if (_isWide) C.vpdpbusd(Z[sum], Z[unsigned], signed);
        else C.vpdpbusd(Y[sum], Y[unsigned], signed);
    }

    /// <summary>Sums times factors, rounded half to even.</summary>
    public void Scale(int sum, in AssemblerMemoryOperand factors)
    {
        if (_isWide)
        {
            C.vcvtdq2ps(Z[sum], Z[sum]);
            C.vmulps(Z[sum], Z[sum], factors);
            C.vcvtps2dq(Z[sum], Z[sum]);
        }
        else
        {
            C.vcvtdq2ps(Y[sum], Y[sum]);
            C.vmulps(Y[sum], Y[sum], factors);
            C.vcvtps2dq(Y[sum], Y[sum]);
        }
    }

    /// <summary>Numbers of 32 bits to words, with saturation, in each 16 bytes those of one and then those of the other.</summary>
    public void PackWords(int to, int low, int high)
    {
        if (_isWide) C.vpackssdw(Z[to], Z[low], Z[high]);
        else C.vpackssdw(Y[to], Y[low], Y[high]);
    }

    /// <summary>Words to bytes in the same way.</summary>
    public void PackBytes(int to, int low, int high, bool signed)
    {
        switch (_isWide, signed)
        {
            case (true, true): C.vpacksswb(Z[to], Z[low], Z[high]); break;
            case (true, false): C.vpackuswb(Z[to], Z[low], Z[high]); break;
            case (false, true): C.vpacksswb(Y[to], Y[low], Y[high]); break;
            default: C.vpackuswb(Y[to], Y[low], Y[high]); break;
        }
    }

    /// <summary>Adds words, with saturation.</summary>
    public void AddWords(int to, int other)
    {
        if (_isWide) C.vpaddsw(Z[to], Z[to], Z[other]);
        else C.vpaddsw(Y[to], Y[to], Y[other]);
    }

    /// <summary>The larger bytes.</summary>
    public void Larger(int to, int other, bool signed)
    {
        switch (_isWide, signed)
        {
            case (true, true): C.vpmaxsb(Z[to], Z[to], Z[other]); break;
            case (true, false): C.vpmaxub(Z[to], Z[to], Z[other]); break;
            case (false, true): C.vpmaxsb(Y[to], Y[to], Y[other]); break;
            default: C.vpmaxub(Y[to], Y[to], Y[other]); break;
        }
    }

    /// <summary>The smaller bytes.</summary>
    public void Smaller(int to, int other, bool signed)
    {
        switch (_isWide, signed)
        {
            case (true, true): C.vpminsb(Z[to], Z[to], Z[other]); break;
            case (true, false): C.vpminub(Z[to], Z[to], Z[other]); break;
            case (false, true): C.vpminsb(Y[to], Y[to], Y[other]); break;
            default: C.vpminub(Y[to], Y[to], Y[other]); break;
        }
    }

    /// <summary>In each 16 bytes the first eight of two vectors in turn, the other from memory.</summary>
    public void InterleaveLowBytes(int to, int one, in AssemblerMemoryOperand other)
    {
        if (_isWide) C.vpunpcklbw(Z[to], Z[one], other);
        else C.vpunpcklbw(Y[to], Y[one], other);
    }

    /// <summary>The last eight.</summary>
    public void InterleaveHighBytes(int to, int one, in AssemblerMemoryOperand other)
    {
        if (_isWide) C.vpunpckhbw(Z[to], Z[one], other);
        else C.vpunpckhbw(Y[to], Y[one], other);
    }

    /// <summary>In each 16 bytes the first four words of two vectors in turn.</summary>
    public void InterleaveLowWords(int to, int one, int other)
    {
        if (_isWide) C.vpunpcklwd(Z[to], Z[one], Z[other]);
        else C.vpunpcklwd(Y[to], Y[one], Y[other]);
    }

    /// <summary>The last four.</summary>
    public void InterleaveHighWords(int to, int one, int other)
    {
        if (_isWide) C.vpunpckhwd(Z[to], Z[one], Z[other]);
        else C.vpunpckhwd(Y[to], Y[one], Y[other]);
    }
}
