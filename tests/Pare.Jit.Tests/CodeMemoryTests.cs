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
        File.ReadLines("/proc/self/maps").Single(l => Holds(l, memory.Address)).Split(' ')[1].ShouldBe("r-xp");
    }

    // Neighbours that may be used alike are one line: "7f00-7f10 r-xp ...".
    private static bool Holds(string line, nint address)
    {
        nint[] range = [.. line[..line.IndexOf(' ')].Split('-').Select(n => (nint)Convert.ToUInt64(n, 16))];
        return range[0] <= address && address < range[1];
    }

    [EmissionFact]
    public void Of_MoreThanAllowed_SaysSo()
    {
        var e = Should.Throw<EmissionException>(() => CodeMemory.Of(new byte[CodeMemory.MostBytes + 1]));
        e.Message.ShouldContain("256 MiB");
    }
}
