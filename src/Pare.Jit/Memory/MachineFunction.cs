using System.Runtime.Versioning;
using Iced.Intel;

namespace Pare.Jit.Memory;

/// <summary>A function that was emitted. Its code lives as long as this object.</summary>
[SupportedOSPlatform("linux")]
internal sealed class MachineFunction
{
    private readonly CodeMemory _memory;

    private MachineFunction(CodeMemory memory) => _memory = memory;

    /// <summary>Where it begins.</summary>
    public nint Address => _memory.Address;

    /// <summary>Bytes of memory, in whole pages.</summary>
    public long Bytes => _memory.Bytes;

    /// <summary>Puts what was assembled into memory.</summary>
    /// <exception cref="Kernels.EmissionException">There is no memory for it, or the system forbids such pages.</exception>
    public static MachineFunction Of(Assembler assembler) => new(CodeMemory.Of(Encode(assembler)));

    /// <summary>The bytes of what was assembled; they do not depend on where they will lie.</summary>
    public static byte[] Encode(Assembler assembler)
    {
        using var bytes = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(bytes), 0);
        return bytes.ToArray();
    }
}
