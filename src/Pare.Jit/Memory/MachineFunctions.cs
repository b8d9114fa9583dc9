using System.Diagnostics;
using System.Runtime.Versioning;
using Iced.Intel;

namespace Pare.Jit.Memory;

/// <summary>The functions that were emitted for a kernel, by number: one block of memory. Their code lives as long as this object.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class MachineFunctions
{
    private const int Line = 64;

    private readonly CodeMemory _memory;
    private readonly int[] _starts;     // by number; -1 where there is no function

    private MachineFunctions(CodeMemory memory, int[] starts) => (_memory, _starts) = (memory, starts);

    /// <summary>Puts what was assembled into memory, number 0.</summary>
    /// <exception cref="Kernels.EmissionException">There is no memory for it, or the system forbids such pages.</exception>
    public static MachineFunctions Of(Assembler function) => Of([(0, function)]);

    /// <summary>The same for several functions.</summary>
    /// <param name="functions">With their numbers, each once.</param>
    /// <exception cref="Kernels.EmissionException">There is no memory for them, or the system forbids such pages.</exception>
    public static MachineFunctions Of(IReadOnlyCollection<(int Number, Assembler Code)> functions)
    {
        var starts = new int[functions.Max(f => f.Number) + 1];
        Array.Fill(starts, -1);
        using var all = new MemoryStream();
        foreach ((int number, Assembler code) in functions)
        {
            starts[number] = (int)all.Length;
            all.Write(Encode(code));
            all.SetLength((all.Length + Line - 1) / Line * Line);
            all.Position = all.Length;
        }
        return new MachineFunctions(CodeMemory.Of(all.GetBuffer().AsSpan(0, (int)all.Length)), starts);
    }

    /// <summary>The bytes of what was assembled; they do not depend on where they will lie.</summary>
    public static byte[] Encode(Assembler assembler)
    {
        using var bytes = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(bytes), 0);
        return bytes.ToArray();
    }

    /// <summary>Calls a function.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="run">What it reads and writes.</param>
    public void Call(int number, void* run)
    {
        Debug.Assert(_starts[number] >= 0, "a function is called that was not emitted");
        ((delegate* unmanaged<void*, void>)(_memory.Address + _starts[number]))(run);
        GC.KeepAlive(this);     // the code must not be freed while it runs, though this may have been the last use of its plan
    }
}
