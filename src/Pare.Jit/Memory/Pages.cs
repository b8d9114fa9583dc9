using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Pare.Jit.Memory;

/// <summary>Pages of memory as the system gives them.</summary>
[SupportedOSPlatform("linux")]
internal static partial class Pages
{
    /// <summary>Nothing may be done with them.</summary>
    public const int None = 0;

    /// <summary>They may be read.</summary>
    public const int Read = 1;

    /// <summary>They may be written.</summary>
    public const int Write = 2;

    /// <summary>They may be executed.</summary>
    public const int Execute = 4;

    private const int PrivateAnonymous = 0x22;

    /// <summary>Bytes of so many, in whole pages.</summary>
    public static nuint RoundUp(nuint bytes)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        return (bytes + page - 1) / page * page;
    }

    /// <summary>Pages of zeros.</summary>
    /// <param name="bytes">How many bytes.</param>
    /// <param name="protection">What may be done with them.</param>
    /// <returns>The first byte; -1 where there are none, see <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    public static nint Map(nuint bytes, int protection) => Map(0, bytes, protection, PrivateAnonymous, -1, 0);

    /// <summary>Changes what may be done with pages; 0 where it is done.</summary>
    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    public static partial int Protect(nint address, nuint bytes, int protection);

    /// <summary>Gives pages back; 0 where it is done.</summary>
    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint bytes);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint bytes, int protection, int flags, int file, nint offset);
}
