using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pare.Formats.Onnx;

/// <summary>Bytes seen as floats, without a copy: the array that the parser filled becomes the weight.</summary>
internal sealed class ByteFloats(ArraySegment<byte> bytes) : MemoryManager<float>
{
    public override Span<float> GetSpan() => MemoryMarshal.Cast<byte, float>(bytes.AsSpan());

    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        GCHandle handle = GCHandle.Alloc(bytes.Array, GCHandleType.Pinned);
        return new MemoryHandle(Unsafe.AsPointer(ref GetSpan()[elementIndex]), handle);
    }

    public override void Unpin() { } // the handle that Pin returned frees itself

    protected override void Dispose(bool disposing) { }
}
