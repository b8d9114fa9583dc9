using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Pare.Jit.Emission;

/// <summary>Instructions on vectors of one width, 32 or 64 bytes, whose 32 registers are told by number: one source text for both.</summary>
internal sealed class VectorAssembler
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

    private readonly Assembler _c;
    private readonly bool _isWide;

    /// <summary>Emits for vectors of one width.</summary>
    /// <param name="assembler">Takes the instructions.</param>
    /// <param name="bytes">32 or 64.</param>
    public VectorAssembler(Assembler assembler, int bytes)
    {
        (_c, _isWide, Bytes) = (assembler, bytes == 64, bytes);
        assembler.PreferVex = false;        // the older encoding reaches 16 registers only
    }

    /// <summary>Bytes of a vector.</summary>
    public int Bytes { get; }

    /// <summary>Reads a vector.</summary>
    public void Load(int to, in AssemblerMemoryOperand from)
    {
        if (_isWide) _c.vmovdqu32(Z[to], from);
        else _c.vmovdqu32(Y[to], from);
    }

    /// <summary>Writes a vector.</summary>
    public void Store(in AssemblerMemoryOperand to, int from)
    {
        if (_isWide) _c.vmovdqu32(to, Z[from]);
        else _c.vmovdqu32(to, Y[from]);
    }

    /// <summary>Writes the bytes of a vector that the mask k1 names; it may be narrower than the others.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="from">The register.</param>
    /// <param name="width">16, 32 or 64 bytes.</param>
    public void StoreMasked(AssemblerMemoryOperand to, int from, int width)
    {
        if (width == 64) _c.vmovdqu8(to.k1, Z[from]);
        else if (width == 32) _c.vmovdqu8(to.k1, Y[from]);
        else _c.vmovdqu8(to.k1, X[from]);
    }

    /// <summary>Copies a vector.</summary>
    public void Copy(int to, int from)
    {
        if (_isWide) _c.vmovdqa32(Z[to], Z[from]);
        else _c.vmovdqa32(Y[to], Y[from]);
    }

    /// <summary>Zeros.</summary>
    public void Clear(int to)
    {
        if (_isWide) _c.vpxord(Z[to], Z[to], Z[to]);
        else _c.vpxord(Y[to], Y[to], Y[to]);
    }

    /// <summary>Adds numbers of 32 bits.</summary>
    public void Add(int to, int other)
    {
        if (_isWide) _c.vpaddd(Z[to], Z[to], Z[other]);
        else _c.vpaddd(Y[to], Y[to], Y[other]);
    }

    /// <summary>Part of a vector of 64 bytes, in the low bytes of another.</summary>
    /// <param name="to">The register for it.</param>
    /// <param name="from">The vector.</param>
    /// <param name="width">16 or 32 bytes.</param>
    /// <param name="part">Which one.</param>
    public void Extract(int to, int from, int width, int part)
    {
        if (width == 16) _c.vextracti32x4(X[to], Z[from], (byte)part);
        else _c.vextracti64x4(Y[to], Z[from], (byte)part);
    }

    /// <summary>A number of 32 bits in all lanes.</summary>
    public void Broadcast(int to, in AssemblerMemoryOperand from)
    {
        if (_isWide) _c.vpbroadcastd(Z[to], from);
        else _c.vpbroadcastd(Y[to], from);
    }

    /// <summary>A number in all words; eax is lost.</summary>
    public void Words(int to, int value)
    {
        _c.mov(eax, value);
        if (_isWide) _c.vpbroadcastw(Z[to], eax);
        else _c.vpbroadcastw(Y[to], eax);
    }

    /// <summary>A number in all bytes; eax is lost.</summary>
    public void AllBytes(int to, int value)
    {
        _c.mov(eax, value);
        if (_isWide) _c.vpbroadcastb(Z[to], eax);
        else _c.vpbroadcastb(Y[to], eax);
    }

    /// <summary>Adds to sums of 32 bits the products of four unsigned bytes with four signed ones.</summary>
    public void Dot(int sum, int unsigned, int signed)
    {
        if (_isWide) _c.vpdpbusd(Z[sum], Z[unsigned], Z[signed]);
        else _c.vpdpbusd(Y[sum], Y[unsigned], Y[signed]);
    }

    /// <summary>The same with signed bytes from memory.</summary>
    public void Dot(int sum, int unsigned, in AssemblerMemoryOperand signed)
    {
        if (_isWide) _c.vpdpbusd(Z[sum], Z[unsigned], signed);
        else _c.vpdpbusd(Y[sum], Y[unsigned], signed);
    }

    /// <summary>Sums times factors, rounded half to even.</summary>
    public void Scale(int sum, in AssemblerMemoryOperand factors)
    {
        if (_isWide)
        {
            _c.vcvtdq2ps(Z[sum], Z[sum]);
            _c.vmulps(Z[sum], Z[sum], factors);
            _c.vcvtps2dq(Z[sum], Z[sum]);
        }
        else
        {
            _c.vcvtdq2ps(Y[sum], Y[sum]);
            _c.vmulps(Y[sum], Y[sum], factors);
            _c.vcvtps2dq(Y[sum], Y[sum]);
        }
    }

    /// <summary>Numbers of 32 bits to words, with saturation, in each 16 bytes those of one and then those of the other.</summary>
    public void PackWords(int to, int low, int high)
    {
        if (_isWide) _c.vpackssdw(Z[to], Z[low], Z[high]);
        else _c.vpackssdw(Y[to], Y[low], Y[high]);
    }

    /// <summary>Words to bytes in the same way.</summary>
    public void PackBytes(int to, int low, int high, bool signed)
    {
        switch (_isWide, signed)
        {
            case (true, true): _c.vpacksswb(Z[to], Z[low], Z[high]); break;
            case (true, false): _c.vpackuswb(Z[to], Z[low], Z[high]); break;
            case (false, true): _c.vpacksswb(Y[to], Y[low], Y[high]); break;
            default: _c.vpackuswb(Y[to], Y[low], Y[high]); break;
        }
    }

    /// <summary>Adds words, with saturation.</summary>
    public void AddWords(int to, int other)
    {
        if (_isWide) _c.vpaddsw(Z[to], Z[to], Z[other]);
        else _c.vpaddsw(Y[to], Y[to], Y[other]);
    }

    /// <summary>The larger bytes.</summary>
    public void Larger(int to, int other, bool signed)
    {
        switch (_isWide, signed)
        {
            case (true, true): _c.vpmaxsb(Z[to], Z[to], Z[other]); break;
            case (true, false): _c.vpmaxub(Z[to], Z[to], Z[other]); break;
            case (false, true): _c.vpmaxsb(Y[to], Y[to], Y[other]); break;
            default: _c.vpmaxub(Y[to], Y[to], Y[other]); break;
        }
    }

    /// <summary>The smaller bytes.</summary>
    public void Smaller(int to, int other, bool signed)
    {
        switch (_isWide, signed)
        {
            case (true, true): _c.vpminsb(Z[to], Z[to], Z[other]); break;
            case (true, false): _c.vpminub(Z[to], Z[to], Z[other]); break;
            case (false, true): _c.vpminsb(Y[to], Y[to], Y[other]); break;
            default: _c.vpminub(Y[to], Y[to], Y[other]); break;
        }
    }

    /// <summary>Shifts numbers of 32 bits to the left; to the right where it is less than 0, zeros from the left.</summary>
    public void Shift(int to, int from, int left)
    {
        switch (_isWide, left >= 0)
        {
            case (true, true): _c.vpslld(Z[to], Z[from], (byte)left); break;
            case (true, false): _c.vpsrld(Z[to], Z[from], (byte)-left); break;
            case (false, true): _c.vpslld(Y[to], Y[from], (byte)left); break;
            default: _c.vpsrld(Y[to], Y[from], (byte)-left); break;
        }
    }

    /// <summary>The bits that both have.</summary>
    public void And(int to, int one, int other)
    {
        if (_isWide) _c.vpandd(Z[to], Z[one], Z[other]);
        else _c.vpandd(Y[to], Y[one], Y[other]);
    }

    /// <summary>The bytes at places of a table that each 16 bytes of a register hold.</summary>
    public void LookUp(int to, int table, int places)
    {
        if (_isWide) _c.vpshufb(Z[to], Z[table], Z[places]);
        else _c.vpshufb(Y[to], Y[table], Y[places]);
    }

    /// <summary>Units of 32 bits in another order.</summary>
    public void Permute(int to, int order, int from)
    {
        if (_isWide) _c.vpermd(Z[to], Z[order], Z[from]);
        else _c.vpermd(Y[to], Y[order], Y[from]);
    }

    /// <summary>In each 16 bytes the first eight of two vectors in turn, the other from memory.</summary>
    public void InterleaveLowBytes(int to, int one, in AssemblerMemoryOperand other)
    {
        if (_isWide) _c.vpunpcklbw(Z[to], Z[one], other);
        else _c.vpunpcklbw(Y[to], Y[one], other);
    }

    /// <summary>The last eight.</summary>
    public void InterleaveHighBytes(int to, int one, in AssemblerMemoryOperand other)
    {
        if (_isWide) _c.vpunpckhbw(Z[to], Z[one], other);
        else _c.vpunpckhbw(Y[to], Y[one], other);
    }

    /// <summary>In each 16 bytes the first four words of two vectors in turn.</summary>
    public void InterleaveLowWords(int to, int one, int other)
    {
        if (_isWide) _c.vpunpcklwd(Z[to], Z[one], Z[other]);
        else _c.vpunpcklwd(Y[to], Y[one], Y[other]);
    }

    /// <summary>The last four.</summary>
    public void InterleaveHighWords(int to, int one, int other)
    {
        if (_isWide) _c.vpunpckhwd(Z[to], Z[one], Z[other]);
        else _c.vpunpckhwd(Y[to], Y[one], Y[other]);
    }
}
