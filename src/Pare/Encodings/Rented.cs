using System.Buffers;

namespace Pare.Encodings;

/// <summary>Scratch memory from the shared pool: decoding and pulling back happen at every training step and must not feed the collector.</summary>
internal readonly ref struct Rented<T> where T : unmanaged
{
    private readonly T[] _array;
    private readonly int _length;

    /// <summary>Rents; the contents are whatever they were.</summary>
    public Rented(int length)
    {
        _array = ArrayPool<T>.Shared.Rent(length);
        _length = length;
    }

    public Span<T> Span => _array.AsSpan(0, _length);

    public void Dispose() => ArrayPool<T>.Shared.Return(_array);
}
