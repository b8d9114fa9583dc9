using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Pare.Jit.Emission;

/// <summary>Emits a function (run*) over tiles of pixels, each of which runs over all of its window: what products of bytes and of bits have in common.</summary>
/// <remarks>
/// rdi: the run, whose pointers move on; r14: weights; r15: the place in a run of the window; the others: windows of the tile's pixels. On the stack:
/// how many runs are left, and where the distance to the next one stands.
/// </remarks>
internal abstract class TileEmitter
{
    /// <summary>Most pixels of a tile: a register each.</summary>
    public const int MostRows = 12;

    private const int Unrolled = 4, MostUnrolled = 8, UnitBytes = 4;

    private static readonly AssemblerRegister64[] Kept = [rbx, rbp, r12, r13, r14, r15];
    private readonly ValueList<int> _steps;
    private readonly int _units, _unitsOfWord, _wordBytes;
    private Label _distances;

    /// <summary>For a window.</summary>
    /// <param name="rows">Pixels of a tile.</param>
    /// <param name="units">Units of four bytes in each run of a window.</param>
    /// <param name="steps">Distances in bytes from each run to the next.</param>
    /// <param name="unitsOfWord">Units whose weights lie together: a divisor of <paramref name="units"/> and of 4.</param>
    /// <param name="wordBytes">Bytes of these weights.</param>
    protected TileEmitter(int rows, int units, ValueList<int> steps, int unitsOfWord, int wordBytes)
    {
        (Rows, _units, _steps, _unitsOfWord, _wordBytes) = (rows, units, steps, unitsOfWord, wordBytes);
        V = new WideAssembler(C);
        _distances = C.CreateLabel();
    }

    /// <summary>Takes the instructions.</summary>
    protected Assembler C { get; } = new(64);

    /// <summary>Takes those on vectors.</summary>
    protected WideAssembler V { get; }

    /// <summary>Pixels of a tile.</summary>
    protected int Rows { get; }

    private static AssemblerRegister64[] Windows { get; } = [rax, rcx, rdx, rbx, rbp, rsi, r8, r9, r10, r11, r12, r13];

    /// <summary>The run's fields that every tile reads.</summary>
    protected abstract (AssemblerMemoryOperand Source, AssemblerMemoryOperand Offsets, AssemblerMemoryOperand Weights, AssemblerMemoryOperand Count) Fields { get; }

    /// <summary>Emits all.</summary>
    protected Assembler Function()
    {
        foreach (AssemblerRegister64 register in Kept) C.push(register);
        C.sub(rsp, 16);
        Once();
        Label tile = C.CreateLabel();
        C.Label(ref tile);
        Begin();
        LoadWindows();
        Products();
        Finish();
        C.dec(Fields.Count);
        C.jnz(tile);
        C.vzeroupper();
        C.add(rsp, 16);
        foreach (AssemblerRegister64 register in Kept.Reverse()) C.pop(register);
        C.ret();
        if (_steps.Count > 0)
        {
            C.Label(ref _distances);
            foreach (int step in _steps) C.dq((long)step);
        }
        Data();
        return C;
    }

    /// <summary>Before the first tile; rax is free.</summary>
    protected virtual void Once() { }

    /// <summary>Sums of a tile begin; all registers but rdi are free.</summary>
    protected abstract void Begin();

    /// <summary>The products of the units whose weights lie together.</summary>
    /// <param name="unit">The first of them, from where r14 and the windows (with r15, where <paramref name="isIndexed"/>) stand.</param>
    /// <param name="isIndexed">As <see cref="Number"/> wants to know.</param>
    protected abstract void Word(int unit, bool isIndexed);

    /// <summary>Results of a tile; all registers but rdi are free.</summary>
    protected abstract void Finish();

    /// <summary>What lies behind the code.</summary>
    protected virtual void Data() { }

    /// <summary>A unit of the picture.</summary>
    protected static AssemblerMemoryOperand Number(int row, int unit, bool isIndexed) =>
        isIndexed ? __dword_ptr[Windows[row] + r15 + unit * UnitBytes] : __dword_ptr[Windows[row] + unit * UnitBytes];

    private void LoadWindows()
    {
        C.mov(r14, Fields.Offsets);
        C.mov(r15, Fields.Source);
        for (int row = 0; row < Rows; row++)
        {
            C.movsxd(Windows[row], __dword_ptr[r14 + row * sizeof(int)]);
            C.add(Windows[row], r15);
        }
        C.add(r14, Rows * sizeof(int));
        C.mov(Fields.Offsets, r14);
        C.mov(r14, Fields.Weights);
    }

    private void Products()
    {
        if (_steps.Count == 0)
        {
            OneRun();
            return;
        }
        bool isEven = _steps.All(s => s == _steps[0]);
        C.mov(__dword_ptr[rsp], _steps.Count);
        if (!isEven)
        {
            C.lea(r15, __[_distances]);
            C.mov(__qword_ptr[rsp + 8], r15);
        }
        Label next = C.CreateLabel(), last = C.CreateLabel();
        C.Label(ref next);
        OneRun();
        C.dec(__dword_ptr[rsp]);
        C.js(last);
        if (isEven)
        {
            for (int row = 0; row < Rows; row++) C.add(Windows[row], _steps[0]);
        }
        else
        {
            C.mov(r15, __qword_ptr[rsp + 8]);
            C.add(__qword_ptr[rsp + 8], sizeof(long));
            C.mov(r15, __qword_ptr[r15]);
            for (int row = 0; row < Rows; row++) C.add(Windows[row], r15);
        }
        C.jmp(next);
        C.Label(ref last);
    }

    private void OneRun()
    {
        if (_units <= MostUnrolled)
        {
            for (int unit = 0; unit < _units; unit += _unitsOfWord) Word(unit, isIndexed: false);
            C.add(r14, _units / _unitsOfWord * _wordBytes);
            return;
        }
        int whole = _units / Unrolled * Unrolled;
        C.xor(r15d, r15d);
        Label loop = C.CreateLabel();
        C.Label(ref loop);
        for (int unit = 0; unit < Unrolled; unit += _unitsOfWord) Word(unit, isIndexed: true);
        C.add(r14, Unrolled / _unitsOfWord * _wordBytes);
        C.add(r15, Unrolled * UnitBytes);
        C.cmp(r15, whole * UnitBytes);
        C.jb(loop);
        for (int unit = 0; unit < _units - whole; unit += _unitsOfWord) Word(unit, isIndexed: true);
        if (_units > whole) C.add(r14, (_units - whole) / _unitsOfWord * _wordBytes);
    }
}
