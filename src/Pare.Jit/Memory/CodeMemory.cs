using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Pare.Kernels;

namespace Pare.Jit.Memory;

/// <summary>Pages that hold machine code: written first, then made executable and never writable again. Freed when nothing holds them.</summary>
/// <remarks>All code of a process together is bounded by <see cref="MostBytes"/>, so that no model can fill the memory with it.</remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class CodeMemory : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Most bytes of code of the whole process.</summary>
    public const long MostBytes = 256L << 20;

    private static long s_all;

    private readonly nuint _bytes;
    private bool _presses;

    private CodeMemory(nint address, nuint bytes) : base(ownsHandle: true)
    {
        _bytes = bytes;
        SetHandle(address);
    }

    /// <summary>Bytes of code that the process holds now, in whole pages.</summary>
    public static long AllBytes => Interlocked.Read(ref s_all);

    /// <summary>The first byte of the code.</summary>
    public nint Address => handle;

    /// <summary>Bytes, in whole pages.</summary>
    public long Bytes => (long)_bytes;

    /// <summary>Puts code into memory.</summary>
    /// <param name="code">Position-independent code.</param>
    /// <exception cref="EmissionException">There is no memory for it, or the system forbids such pages.</exception>
    public static CodeMemory Of(ReadOnlySpan<byte> code)
    {
        nuint bytes = Pages.RoundUp((nuint)code.Length);
        if (Interlocked.Add(ref s_all, (long)bytes) > MostBytes)
        {
            Interlocked.Add(ref s_all, -(long)bytes);
            throw new EmissionException($"The machine code of this process would take more than {MostBytes >> 20} MiB.");
        }
        nint address = Pages.Map(bytes, Pages.Read | Pages.Write);
        if (address == -1)
        {
            Interlocked.Add(ref s_all, -(long)bytes);
            throw new EmissionException($"The system gives no memory for machine code (error {Marshal.GetLastPInvokeError()}).");
        }
        var memory = new CodeMemory(address, bytes);
        code.CopyTo(new Span<byte>((void*)address, (int)bytes));
        if (Pages.Protect(address, bytes, Pages.Read | Pages.Execute) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            memory.Dispose();
            throw new EmissionException($"The system does not let memory be made executable (error {error}).");
        }
        GC.AddMemoryPressure((long)bytes);
        memory._presses = true;
        return memory;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (_presses) GC.RemoveMemoryPressure((long)_bytes);
        Interlocked.Add(ref s_all, -(long)_bytes);
        return Pages.Unmap(handle, _bytes) == 0;
    }
}
