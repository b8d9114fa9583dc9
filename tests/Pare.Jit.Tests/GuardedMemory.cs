using System.Runtime.InteropServices;

namespace Pare.Jit.Tests;

/// <summary>Bytes whose last one is the last of its page: the pages before and behind cannot be read, so a read or write beyond them ends the process.</summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int Read = 1, Write = 2, None = 0, PrivateAnonymous = 0x22;
    private readonly nint _all;
    private readonly nuint _bytes;

    public GuardedMemory(int length)
    {
        nuint page = (nuint)Environment.SystemPageSize, inner = ((nuint)length + page - 1) / page * page;
        _bytes = inner + 2 * page;
        _all = Map(0, _bytes, None, PrivateAnonymous, -1, 0);
        _all.ShouldNotBe(-1);
        Protect(_all + (nint)page, inner, Read | Write).ShouldBe(0);
        Length = length;
        Start = (byte*)(_all + (nint)page + (nint)inner - length);
    }

    public int Length { get; }

    public byte* Start { get; }

    public Span<byte> Span => new(Start, Length);

    public void Dispose() => Unmap(_all, _bytes);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint bytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint bytes, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint bytes);
}
