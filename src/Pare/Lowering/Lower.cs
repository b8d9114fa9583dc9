using Pare.Passes;

namespace Pare.Lowering;

/// <summary>Makes a model ready to run: exact rewrites for inference, names bound, every shape a number, quantized parts in integers, binary ones in bits, epilogues fused, layouts chosen.</summary>
internal static class Lower
{
    /// <summary>Lowers a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="bindings">Values of the names in its input shapes; a name that is not bound is 1.</param>
    /// <param name="integers">Whether quantized parts compute with integers, and binary ones with bits; otherwise they are simulated in floats.</param>
    /// <exception cref="UnsupportedException">The model needs what Pare lacks; all of it is named.</exception>
    /// <exception cref="ModelException">The bound lengths do not fit the operators, a shape depends on computed values, or sums of integers might not fit in 32 bits.</exception>
    public static Model Run(Model model, IReadOnlyDictionary<string, long>? bindings, bool integers)
    {
        Model bound = Simplify.ToRun(OpenLengths.Bind(model, bindings ?? new Dictionary<string, long>()));
        ForeignNodes.Refuse(bound, "run");
        foreach (Node node in bound.Nodes)
            foreach (string output in node.Outputs.Where(o => o.Length > 0))
                if (!bound.Types[output].Shape.IsFixed)
                    throw new ModelException($"Node {node}: the shape {bound.Types[output].Shape} of '{output}' depends on computed values; Pare plans memory before it runs.");
        if (integers) bound = BinaryRewrite.Apply(IntegerRewrite.Apply(bound));
        return JoinInPlace.Apply(FuseTraining.Apply(AssignLayouts.Apply(FuseEpilogues.Apply(bound))));
    }
}
