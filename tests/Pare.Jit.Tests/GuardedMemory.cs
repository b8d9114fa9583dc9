using System.Runtime.Versioning;
using Pare.Jit.Memory;

namespace Pare.Jit.Tests;

/// <summary>Bytes whose last one is the last of its page: the pages before and behind cannot be read, so a read or write beyond them ends the process.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class GuardedMemory : IDisposable
{
    private readonly nint _all;
    private readonly nuint _bytes;

    public GuardedMemory(int length)
    {
        nuint page = Pages.RoundUp(1), inner = Pages.RoundUp((nuint)length);
        _bytes = inner + 2 * page;
        _all = Pages.Map(_bytes, Pages.None);
        _all.ShouldNotBe(-1);
        Pages.Protect(_all + (nint)page, inner, Pages.Read | Pages.Write).ShouldBe(0);
        Length = length;
        Start = (byte*)(_all + (nint)page + (nint)inner - length);
    }

    public int Length { get; }

    public byte* Start { get; }

    public Span<byte> Span => new(Start, Length);

    public void Dispose() => Pages.Unmap(_all, _bytes);
}
