using Pare.Passes;

namespace Pare.Lowering;

/// <summary>Makes a model ready to run: exact rewrites for inference, names bound, every shape a number, epilogues fused, layouts chosen.</summary>
internal static class Lower
{
    /// <summary>Lowers a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="bindings">Values of the names in its input shapes; a name that is not bound is 1.</param>
    /// <exception cref="UnsupportedException">The model needs what Pare lacks; all of it is named.</exception>
    /// <exception cref="ModelException">The bound lengths do not fit the operators, or a shape depends on computed values.</exception>
    public static Model Run(Model model, IReadOnlyDictionary<string, long>? bindings)
    {
        Model bound = Simplify.ToRun(OpenLengths.Bind(model, bindings ?? new Dictionary<string, long>()));
        ForeignNodes.Refuse(bound, "run");
        foreach (Node node in bound.Nodes)
            foreach (string output in node.Outputs.Where(o => o.Length > 0))
                if (!bound.Types[output].Shape.IsFixed)
                    throw new ModelException($"Node {node}: the shape {bound.Types[output].Shape} of '{output}' depends on computed values; Pare plans memory before it runs.");
        return JoinInPlace.Apply(FuseTraining.Apply(AssignLayouts.Apply(FuseEpilogues.Apply(bound))));
    }
}
