using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pare.Encodings;

/// <summary>Scratch memory from the shared pool of bytes: decoding and pulling back happen at every training step and must not feed the collector.</summary>
internal readonly ref struct Rented<T> where T : unmanaged
{
    private readonly byte[] _bytes;
    private readonly int _length;

    /// <summary>Rents; the contents are whatever they were.</summary>
    public Rented(int length)
    {
        _bytes = ArrayPool<byte>.Shared.Rent(checked(length * Unsafe.SizeOf<T>()));
        _length = length;
    }

    public Span<T> Span => MemoryMarshal.Cast<byte, T>(_bytes.AsSpan())[.._length];

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);
}
