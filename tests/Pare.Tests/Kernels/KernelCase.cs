using System.Collections.Immutable;
using Pare.Encodings;
using Pare.Kernels;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Tests.Kernels;

/// <summary>One node that a kernel must run as its operator evaluates.</summary>
/// <param name="Kernel">The kernel's name.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Inputs">Shapes of F32 inputs, or constant tensors of other types; null for absent ones.</param>
/// <param name="Weights">Which inputs are weights.</param>
/// <param name="Outputs">How many outputs are asked for.</param>
internal sealed record KernelCase(string Kernel, Operator Operator, object?[] Inputs, int[]? Weights = null, int Outputs = 1)
{
    /// <summary>Inputs that must be positive: variances and deviations.</summary>
    public int[] Positive { get; init; } = [];

    /// <summary>Inputs that are +1 and -1; those that are weights are kept as signs.</summary>
    public int[] Signs { get; init; } = [];

    /// <summary>Most difference from the definition, relative to 1 + |value|.</summary>
    public float Tolerance { get; init; } = 1e-5f;

    /// <summary>Null, or how input 1, a weight, is encoded; its numbers are those that this decodes to.</summary>
    public Func<Shape, WeightEncoding>? Encoded { get; init; }

    /// <summary>Null, or the share of numbers of the weight, input 1, that are not 0: it is sparse then. See also <see cref="KernelCases.TwoOfFour"/> and <see cref="KernelCases.InBlocks"/>.</summary>
    public double? Density { get; init; }

    /// <summary>Null, or a number that one place of an input holds instead of its own: NaN for example.</summary>
    public (int Input, int Index, float Value)? Special { get; init; }

    public override string ToString() =>
        $"{Kernel}: {Operator} of {string.Join(", ", Inputs.Select(i => i is Tensor t ? $"{t.DType}{t.Shape}" : i?.ToString() ?? "-"))}, "
        + $"weights [{string.Join(", ", Weights ?? [])}]{(Special is { } s ? $", {s.Value} in input {s.Input}" : "")}";

    private const int RunsToCountIn = 5;

    /// <summary>Runs kernel and definition; null where the kernel makes no offer.</summary>
    /// <param name="cpu">What may be used.</param>
    /// <param name="threads">Threads of the run.</param>
    /// <param name="allocated">Bytes that a run allocates.</param>
    /// <param name="kernel">The kernel, where it is not of the catalog.</param>
    public (Tensor[] Got, Tensor[] Expected)? Run(CpuFeatures cpu, int threads, out long allocated, Kernel? kernel = null)
    {
        Tensor?[] values = Values();
        (Model model, Node node) = Model(values);
        KernelQuery query = new(
            node,
            [.. values.Select(v => v?.Type)],
            [.. node.Outputs.Select(o => model.Types[o])],
            [.. values.Select((v, i) => Weights?.Contains(i) == true ? Encoding(i, v!) : null)],
            [.. values.Select((v, i) => Inputs[i] is Tensor ? v : null)],
            cpu, threads);
        kernel ??= KernelCatalog.Default.Get(Kernel);
        allocated = 0;
        if (kernel.Offers(query).ToArray() is not [var offer, ..])
            return null;
        PreparedKernel prepared = kernel.Prepare(query, offer);
        kernel.PackedBytes(query, offer).ShouldBe(prepared.PackedBytes, ToString());
        Tensor[] expected = [.. query.Outputs.Select(t => new Tensor(t.DType, t.Shape))];
        Operator.Evaluate(values, expected);
        using Arena arena = new(query.Outputs, offer.ScratchBytes);
        Tensor?[] inputs = [.. values.Select((v, i) => Weights?.Contains(i) == true ? null : v)];
        WorkerPool pool = WorkerPool.Shared(threads);
        prepared.Run(new KernelArguments(inputs, arena.Outputs, arena.Scratch, pool));
        // The least of some runs: a collection that another test sets off counts what is left of this thread's allocation buffer.
        allocated = long.MaxValue;
        for (int run = 0; run < RunsToCountIn && allocated > 0; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            prepared.Run(new KernelArguments(inputs, arena.Outputs, arena.Scratch, pool));
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return ([.. arena.Outputs.Select(t => t.Clone())], expected);
    }

    private Tensor?[] Values()
    {
        Rng rng = new(7);
        var values = new Tensor?[Inputs.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (Inputs[i] is not Shape shape)
            {
                values[i] = (Tensor?)Inputs[i];
                continue;
            }
            values[i] = new Tensor(DType.F32, shape);
            foreach (ref float value in values[i]!.Floats)
                value = Positive.Contains(i) ? rng.NextSingle() + 0.5f : rng.NextSingle() * 2 - 1;
        }
        if (Encoded is not null) values[1] = Tensor.Of<float>((Shape)Inputs[1]!, Encoded((Shape)Inputs[1]!).ToArray());
        if (Density is { } density)
        {
            Span<float> numbers = values[1]!.Floats;
            int length = numbers.Length / values[1]!.Dims[0];
            for (int i = 0; i < numbers.Length; i++)
                if (IsZero(density, i, i / length, i % length)) numbers[i] = 0;
        }
        if (Special is { } special) values[special.Input]!.Floats[special.Index] = special.Value;
        foreach (int i in Signs)
            foreach (ref float value in values[i]!.Floats) value = value >= 0 ? 1 : -1;
        return values;

        bool IsZero(double density, int index, int row, int place) => density switch
        {
            KernelCases.TwoOfFour => (place % 4 + place / 4 * 3 + row) % 4 > 1,
            KernelCases.InBlocks => (row / 4 * 5 + place * 7) % 4 > 0 || index % 10 == 3,
            _ => rng.NextSingle() >= density,
        };
    }

    private WeightEncoding Encoding(int input, Tensor value)
    {
        if (Signs.Contains(input)) return BinaryWeight.Of(value.Shape, value.Floats);
        if (input == 1 && Encoded is not null) return Encoded(value.Shape);
        var dense = new Dense(value.Shape, value.Floats.ToArray());
        return input == 1 && Density is not null ? Sparse.OfNonzero(dense) : dense;
    }

    private (Model Model, Node Node) Model(Tensor?[] values)
    {
        ModelEditor editor = new();
        string[] names = [.. values.Select((v, i) => v is null ? "" : Weights?.Contains(i) == true
            ? editor.SetWeight($"w{i}", Encoding(i, v))
            : Inputs[i] is Tensor constant ? editor.SetConstant($"c{i}", constant) : editor.AddInput($"x{i}", v.Type))];
        ImmutableArray<string> outputs = [.. Enumerable.Range(0, Outputs).Select(o => $"y{o}")];
        Node node = new("node", Operator, [.. names], outputs);
        editor.Add(node);
        foreach (string output in outputs)
            editor.AddOutput(output);
        return (editor.Build(), node);
    }

    /// <summary>Outputs and scratch in pinned memory between canaries.</summary>
    private sealed class Arena : IDisposable
    {
        private const int Guard = 256;
        private const byte Canary = 0xA5;
        private readonly byte[] _bytes;
        private readonly List<(int Start, int End)> _guards = [];

        public Arena(ImmutableArray<TensorType> outputs, long scratch)
        {
            _bytes = GC.AllocateArray<byte>(outputs.Sum(o => (int)o.Shape.Elements * 4 + 2 * Guard) + (int)scratch + 4 * Guard, pinned: true);
            Array.Fill(_bytes, Canary);
            int at = 0;
            Outputs = [.. outputs.Select(o => new Tensor(o.DType, o.Shape, _bytes, Place((int)o.Shape.Elements * o.DType.Size(), ref at)))];
            int start = Place((int)scratch, ref at);
            Memory = new Memory<byte>(_bytes, start, (int)scratch);
        }

        public Tensor[] Outputs { get; }

        public Span<byte> Scratch => Memory.Span;

        private Memory<byte> Memory { get; }

        public void Dispose()
        {
            foreach ((int start, int end) in _guards)
                _bytes.AsSpan(start, end - start).ContainsAnyExcept(Canary).ShouldBeFalse("a kernel wrote outside of its memory");
        }

        private int Place(int length, ref int at)
        {
            int start = (at + Guard + 63) / 64 * 64;
            _guards.Add((at, start));
            at = start + length;
            _guards.Add((at, at + Guard));
            return start;
        }
    }
}
