using System.Runtime.InteropServices;
using Pare.Lowering;

namespace Pare.Runtime;

/// <summary>Memory of an arena: pinned, zeroed, and in large pages where the system gives them when asked (Linux, transparent huge pages).</summary>
/// <remarks>A training step walks through hundreds of MB; with pages of 4 KiB it would wait for address translation at each of them.</remarks>
internal static unsafe partial class ArenaMemory
{
    private const int LargePage = 2 << 20;
    private const int AdviseHugePage = 14;

    /// <summary>Allocates so many bytes and room to align them.</summary>
    public static byte[] Allocate(long bytes)
    {
        int length = checked((int)bytes + MemoryPlanner.Alignment);
        if (length < 4 * LargePage || !OperatingSystem.IsLinux()) return GC.AllocateArray<byte>(length, pinned: true);
        byte[] memory = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        fixed (byte* start = memory)
        {
            byte* first = (byte*)(((nint)start + LargePage - 1) & -LargePage);
            // Advice only: where it is not taken, pages stay small.
            _ = Advise(first, (nuint)((start + length - first) & -LargePage), AdviseHugePage);
        }
        memory.AsSpan().Clear();
        return memory;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
