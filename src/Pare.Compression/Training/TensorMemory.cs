using System.Buffers;

namespace Pare.Compression.Training;

/// <summary>The floats of a tensor as memory, for a leaf that lives in a session's input: such a weight needs no copy per step.</summary>
internal sealed class TensorMemory(Tensor tensor) : MemoryManager<float>
{
    public override Span<float> GetSpan() => tensor.Floats;

    /// <exception cref="NotSupportedException">Always: nobody hands leaves to native code.</exception>
    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("Leaves in a session's memory are not pinned; take Span instead.");

    public override void Unpin() { }

    protected override void Dispose(bool disposing) { }
}
