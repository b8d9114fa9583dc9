using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pare.Threading;

/// <summary>Numbers too small for full precision (below 1.2e-38): processors take a hundred times longer for each, so a run counts them as 0.</summary>
/// <remarks>
/// The processor does it for nothing once its control register says so, and only that also covers what arises between the steps of a sum.
/// No intrinsic sets the register, but <c>fesetenv</c> of the C library does; on x86-64 its argument ends in the register (glibc and musl alike).
/// Elsewhere <see cref="Clear"/> goes over the inputs of a run; other processors are seldom slow on denormals.
/// </remarks>
internal static unsafe class Denormals
{
    private const int ControlWord = 28 / sizeof(uint);           // where MXCSR lies in the environment
    private const uint FlushBits = 1u << 15 | 1u << 6;           // results, operands
    private const int EnvironmentWords = 64 / sizeof(uint);      // 32 bytes are used

    private static readonly delegate* unmanaged[SuppressGCTransition]<uint*, int> Get;
    private static readonly delegate* unmanaged[SuppressGCTransition]<uint*, int> Set;

    [ThreadStatic] private static bool _areFlushed;
    [ThreadStatic] private static uint _bitsBefore;

    [SuppressMessage("Performance", "CA1810", Justification = "The order matters: functions first, then trying them.")]
    static Denormals()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return;
        if (!NativeLibrary.TryLoad("libm.so.6", out nint library))
            library = NativeLibrary.GetMainProgramHandle();
        if (!NativeLibrary.TryGetExport(library, "fegetenv", out nint get) || !NativeLibrary.TryGetExport(library, "fesetenv", out nint set))
            return;
        Get = (delegate* unmanaged[SuppressGCTransition]<uint*, int>)get;
        Set = (delegate* unmanaged[SuppressGCTransition]<uint*, int>)set;
        CanFlush = true;
        Flush(flush: true);
        bool works = Vanishes(float.Epsilon);
        Flush(flush: false);
        CanFlush = works && !Vanishes(float.Epsilon);
    }

    /// <summary>Whether the processor can be told to.</summary>
    public static bool CanFlush { get; }

    /// <summary>Whether it does, on this thread.</summary>
    public static bool AreFlushed => _areFlushed;

    /// <summary>Tells the processor, for this thread, where it can be told. Returns what it did before.</summary>
    public static bool Flush(bool flush)
    {
        bool before = _areFlushed;
        if (flush == before || !CanFlush)
            return before;
        uint* environment = stackalloc uint[EnvironmentWords];
        Get(environment);
        if (flush)
            _bitsBefore = environment[ControlWord] & FlushBits;   // somebody else may have set them
        environment[ControlWord] = flush ? environment[ControlWord] | FlushBits : (environment[ControlWord] & ~FlushBits) | _bitsBefore;
        Set(environment);
        _areFlushed = flush;
        return before;
    }

    /// <summary>Sets denormal numbers to 0, keeping their sign. 16 at a time; it only writes where there are some.</summary>
    public static void Clear(Span<float> values)
    {
        ref float first = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i + Vector512<float>.Count <= values.Length; i += Vector512<float>.Count)
        {
            Vector512<float> x = Vector512.LoadUnsafe(ref first, (nuint)i);
            Vector512<float> small = Vector512.IsSubnormal(x);
            if (Vector512.AnyWhereAllBitsSet(small))
                Vector512.ConditionalSelect(small, x & Vector512.Create(-0f), x).StoreUnsafe(ref first, (nuint)i);
        }
        for (; i < values.Length; i++)
        {
            if (float.IsSubnormal(values[i]))
                values[i] = float.CopySign(0, values[i]);
        }
    }

    /// <summary>Whether there are denormal numbers.</summary>
    public static bool Any(ReadOnlySpan<float> values)
    {
        ref float first = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i + Vector512<float>.Count <= values.Length; i += Vector512<float>.Count)
        {
            if (Vector512.AnyWhereAllBitsSet(Vector512.IsSubnormal(Vector512.LoadUnsafe(ref first, (nuint)i))))
                return true;
        }
        for (; i < values.Length; i++)
        {
            if (float.IsSubnormal(values[i]))
                return true;
        }
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Vanishes(float smallest) => BitConverter.SingleToUInt32Bits(smallest * 2) == 0;
}
