using System.Buffers;
using System.Runtime.InteropServices;

namespace Pare;

/// <summary>Numbers of a file that is mapped into memory: the system brings them when they are read, and takes them back when memory is short.</summary>
/// <remarks>The mapping stays until the process ends, so no span over it can outlive it. It is for reading alone: writing ends the process.</remarks>
internal sealed unsafe class MappedFloats : MemoryManager<float>
{
    private const int DontNeed = 4;      // MADV_DONTNEED of Linux
    private readonly byte* _start;
    private readonly int _length;

    /// <summary>Wraps mapped memory.</summary>
    /// <param name="start">The first byte; it need not be aligned.</param>
    /// <param name="length">Numbers, not bytes.</param>
    public MappedFloats(byte* start, int length)
    {
        _start = start;
        _length = length;
    }

    /// <inheritdoc/>
    public override Span<float> GetSpan() => new(_start, _length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new((float*)_start + elementIndex);

    /// <inheritdoc/>
    public override void Unpin() { }

    /// <summary>Says that the numbers are not needed for now. Reading them later brings them back from the file.</summary>
    public void LetGo()
    {
        if (!OperatingSystem.IsLinux()) return;
        nuint page = (nuint)Environment.SystemPageSize, from = (nuint)_start / page * page, to = (nuint)(_start + (long)_length * sizeof(float));
        _ = Advise((void*)from, to - from, DontNeed); // only advice: where it fails, memory stays taken
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) { }

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int Advise(void* start, nuint length, int advice);
}
