using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Pare.Formats.Onnx;

/// <summary>A file mapped into memory for reading, until the process ends.</summary>
/// <remarks>It is never unmapped: nothing but the process outlives every span that may be taken from a weight. Addresses are not scarce, and the memory behind them is the system's.</remarks>
internal sealed unsafe class FileMap
{
    private readonly byte* _start;
    private readonly long _length;

    /// <summary>Maps a file.</summary>
    /// <exception cref="IOException">It cannot be mapped.</exception>
    public FileMap(FileStream file)
    {
        _length = file.Length;
        var map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        MemoryMappedViewAccessor view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start); // never released: that keeps the view
        _start += view.PointerOffset;
    }

    /// <summary>Bytes of the file, or null where it has not so many.</summary>
    public Bytes? Take(long offset, int length) => offset <= _length - length ? new Bytes(_start + offset, length) : null;

    /// <summary>Bytes of a mapped file.</summary>
    public sealed class Bytes(byte* start, int length) : MemoryManager<byte>
    {
        private readonly byte* _start = start;
        private readonly int _length = length;

        /// <inheritdoc/>
        public override Span<byte> GetSpan() => new(_start, _length);

        /// <inheritdoc/>
        public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

        /// <inheritdoc/>
        public override void Unpin() { }

        /// <summary>The bytes as numbers.</summary>
        public Memory<float> ToFloats() => new MappedFloats(_start, _length / sizeof(float)).Memory;

        /// <inheritdoc/>
        protected override void Dispose(bool disposing) { }
    }
}
