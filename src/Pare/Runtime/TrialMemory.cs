using System.Runtime.CompilerServices;
using Pare.Kernels;
using Pare.Lowering;

namespace Pare.Runtime;

/// <summary>Memory in which kernels run while they are measured: the inputs first, then the outputs, then scratch.</summary>
/// <remarks>Floats are random numbers in [-1, 1), everything else is 0, for integers may be indices.</remarks>
internal sealed unsafe class TrialMemory
{
    private const int PatternFloats = 4093;   // prime, so that rows of images differ
    private static readonly float[] Pattern = MakePattern();

    private readonly byte[] _bytes;
    private readonly int _origin;
    private int _inputBytes, _scratchOffset, _scratchBytes;

    /// <summary>Allocates memory for any of the ways.</summary>
    public TrialMemory(IEnumerable<KernelWay> ways)
    {
        _bytes = GC.AllocateUninitializedArray<byte>((int)ways.Max(BytesOf) + MemoryPlanner.Alignment, pinned: true);
        nint start = (nint)Unsafe.AsPointer(ref _bytes[0]);
        _origin = (int)((start + MemoryPlanner.Alignment - 1) / MemoryPlanner.Alignment * MemoryPlanner.Alignment - start);
    }

    /// <summary>Inputs of the way that was laid out last; null for weights and absent ones.</summary>
    public Tensor?[] Inputs { get; private set; } = [];

    /// <summary>Its outputs.</summary>
    public Tensor[] Outputs { get; private set; } = [];

    /// <summary>The memory of all its inputs.</summary>
    public Span<byte> InputBytes => _bytes.AsSpan(_origin, _inputBytes);

    /// <summary>Its scratch memory.</summary>
    public Span<byte> Scratch => _bytes.AsSpan(_scratchOffset, _scratchBytes);

    /// <summary>Bytes that a way needs.</summary>
    public static long BytesOf(KernelWay way) =>
        way.Query.Inputs.Where((_, i) => IsValue(way.Query, i)).Sum(t => Rounded(t!)) + way.Query.Outputs.Sum(Rounded) + way.Offer.ScratchBytes;

    /// <summary>Lays out the memory of a way and fills its inputs.</summary>
    public void Lay(KernelWay way)
    {
        KernelQuery query = way.Query;
        int at = _origin;
        Inputs = [.. query.Inputs.Select((type, i) => IsValue(query, i) ? Random(Take(type!, ref at)) : query.Constants[i])];
        _inputBytes = at - _origin;
        Outputs = [.. query.Outputs.Select(type => Take(type, ref at))];
        (_scratchOffset, _scratchBytes) = (at, (int)way.Offer.ScratchBytes);

        // Joined images are one image, so that there is nothing to copy.
        if (query.Into() is { } into && query.Has(into.InnerInputs) && Inputs[into.InnerInputs] is { } before) Outputs[0] = before;
    }

    private static bool IsValue(KernelQuery query, int input) => query.Has(input) && query.Weights[input] is null && query.Constants[input] is null;

    private static long Rounded(TensorType type) =>
        (type.Shape.Elements * type.DType.Size() + MemoryPlanner.Alignment - 1) / MemoryPlanner.Alignment * MemoryPlanner.Alignment;

    private Tensor Take(TensorType type, ref int at)
    {
        var tensor = new Tensor(type.DType, type.Shape, _bytes, at);
        at += (int)Rounded(type);
        return tensor;
    }

    private static Tensor Random(Tensor tensor)
    {
        if (tensor.DType != DType.F32)
        {
            tensor.Bytes.Clear();
            return tensor;
        }
        Span<float> left = tensor.Floats;
        for (; left.Length > PatternFloats; left = left[PatternFloats..]) Pattern.CopyTo(left);
        Pattern.AsSpan(0, left.Length).CopyTo(left);
        return tensor;
    }

    private static float[] MakePattern()
    {
        var rng = new Rng(1);
        return [.. Enumerable.Range(0, PatternFloats).Select(_ => rng.NextSingle() * 2 - 1)];
    }
}
