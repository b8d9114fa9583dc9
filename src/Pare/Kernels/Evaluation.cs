using System.Runtime.CompilerServices;

namespace Pare.Kernels;

/// <summary>Runs any operator by its scalar definition. Weights are decoded once, in <see cref="Prepare"/>.</summary>
internal sealed class Evaluation : Kernel
{
    /// <summary>Scalar definitions are slow; this only has to lose against every kernel that was written for the operator.</summary>
    private const double Hopeless = 1e9;

    public override string Name => "evaluate";

    public override IEnumerable<KernelOffer> Offers(KernelQuery query) => [new KernelOffer(0, Hopeless)];

    public override PreparedKernel Prepare(KernelQuery query, KernelOffer offer) =>
        new Prepared(query.Node.Operator, [.. query.Weights.Select(w => w is null ? null : Tensor.Of<float>(w.Shape, w.ToArray()))]);

    public override long PackedBytes(KernelQuery query, KernelOffer offer)
    {
        long floats = 0;
        foreach (WeightEncoding? weight in query.Weights) floats += weight?.Length ?? 0;
        return floats * sizeof(float);
    }

    private sealed class Prepared(Operator op, Tensor?[] weights) : PreparedKernel
    {
        public override long PackedBytes => weights.Sum(w => (long)(w?.ByteLength ?? 0));

        public override void Run(in KernelArguments arguments)
        {
            int count = arguments.Inputs.Length;
            var few = new FewTensors();
            Span<Tensor?> inputs = count <= FewTensors.Most ? few[..count] : new Tensor?[count];
            for (int i = 0; i < count; i++) inputs[i] = arguments.Inputs[i] ?? weights[i];
            op.Evaluate(inputs, arguments.Outputs);
        }
    }

    [InlineArray(Most)]
    private struct FewTensors
    {
        public const int Most = 64;
        private Tensor? _first;
    }
}
