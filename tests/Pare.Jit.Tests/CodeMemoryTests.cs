using System.Runtime.Versioning;
using Pare.Jit.Memory;
using Pare.Kernels;

namespace Pare.Jit.Tests;

[SupportedOSPlatform("linux")]
public class CodeMemoryTests
{
    private static readonly byte[] Return = [0xC3];

    [EmissionFact]
    public unsafe void Of_Code_CanBeCalledAndNotWritten()
    {
        using var memory = CodeMemory.Of(Return);
        ((delegate* unmanaged<void>)memory.Address)();
        string line = File.ReadLines("/proc/self/maps").Single(l => l.StartsWith(memory.Address.ToString("x"), StringComparison.Ordinal));
        line.Split(' ')[1].ShouldBe("r-xp");
    }

    [EmissionFact]
    public void Of_MoreThanAllowed_SaysSo()
    {
        var e = Should.Throw<EmissionException>(() => CodeMemory.Of(new byte[CodeMemory.MostBytes + 1]));
        e.Message.ShouldContain("256 MiB");
    }
}
