using Pare.Operators;
using Pare.Runtime;

namespace Pare.Compression.Quantization.Rounding;

/// <summary>Products of float matrices of one shape, by Pare's own kernels: c [m, n] = a b + bias, operands stored transposed where said.</summary>
internal sealed class FloatProduct
{
    private readonly Session _session;

    /// <summary>Plans the product.</summary>
    /// <param name="m">Rows of the result.</param>
    /// <param name="n">Its columns.</param>
    /// <param name="k">Numbers of a sum.</param>
    /// <param name="transA">a is stored as [k, m].</param>
    /// <param name="transB">b is stored as [n, k].</param>
    /// <param name="threads">Threads; the bits of results do not depend on it.</param>
    public FloatProduct(int m, int n, int k, bool transA, bool transB, int threads)
    {
        var editor = new ModelEditor();
        string a = editor.AddInput("a", new TensorType(DType.F32, transA ? Shape.Of(k, m) : Shape.Of(m, k)));
        string b = editor.AddInput("b", new TensorType(DType.F32, transB ? Shape.Of(n, k) : Shape.Of(k, n)));
        editor.Add(new Node("product", new Gemm { TransA = transA, TransB = transB }, [a, b], ["c"]));
        editor.AddOutput("c");
        _session = new Session(ExecutionPlan.Build(editor.Build(), new PlanOptions { Threads = threads, FlushDenormals = false }));
        (A, B, C) = (_session.Input("a"), _session.Input("b"), _session.Output("c"));
    }

    /// <summary>The left operand: write before a run.</summary>
    public Tensor A { get; }

    /// <summary>The right operand: write before a run.</summary>
    public Tensor B { get; }

    /// <summary>The result of the last run.</summary>
    public Tensor C { get; }

    public void Run() => _session.Run();
}
