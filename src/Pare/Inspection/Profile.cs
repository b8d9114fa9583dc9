using System.Collections.Immutable;
using Pare.Passes;
using Pare.Runtime;

namespace Pare.Inspection;

/// <summary>Where a model's numbers, multiplications and memory are.</summary>
/// <remarks>
/// The counting rule: a MAC is one multiplication with its addition, in convolutions and products alone; biases, normalization, pooling
/// and activations are counted apart, in <see cref="LayerProfile.Operations"/>. A parameter is a number that training changes: kernels,
/// biases, factors and offsets of normalizations, each once however many nodes read it; running means and variances are not. Other ways
/// to count are <see cref="Counting"/>.
/// </remarks>
public sealed record Profile
{
    /// <summary>One for each node, in order.</summary>
    public required ImmutableArray<LayerProfile> Layers { get; init; }

    /// <summary>All trainable numbers.</summary>
    public long Parameters => Layers.Sum(l => l.Parameters);

    /// <summary>All multiply-accumulates.</summary>
    public long Macs => Layers.Sum(l => l.Macs);

    /// <summary>Everything that is computed beside them.</summary>
    public long Operations => Layers.Sum(l => l.Operations);

    /// <summary>Bytes of all values that nodes make, though not all live at once.</summary>
    public long ActivationBytes => Layers.Sum(l => l.ActivationBytes);

    /// <summary>Bytes that all nodes read and write.</summary>
    public long MovedBytes => Layers.Sum(l => l.MovedBytes);

    /// <summary>The largest sum of a node's inputs and outputs, weights excluded.</summary>
    public long LargestActivationBytes { get; init; }

    /// <summary>The memory of a plan; null where it was not asked for or there can be none.</summary>
    public PlanMemory? Memory { get; init; }

    /// <summary>Why there can be no plan, or null.</summary>
    public string? MemoryFault { get; init; }

    /// <summary>The multiply-accumulates of one kind of node.</summary>
    public long MacsOf(LayerKind kind) => Layers.Where(l => l.Kind == kind).Sum(l => l.Macs);

    /// <summary>Profiles a model with every open length taken as 1.</summary>
    public static Profile Of(Model model) => Of(model, new ProfileOptions());

    /// <summary>Profiles a model. Nodes whose shapes are not known before running are listed, their cost is not.</summary>
    /// <exception cref="ModelException">The bound lengths do not fit the operators.</exception>
    public static Profile Of(Model model, ProfileOptions options)
    {
        Model bound = OpenLengths.Bind(model, options.Bindings);
        var profiler = new Profiler(bound);
        foreach (Node node in bound.Nodes) profiler.Add(node);
        var profile = new Profile { Layers = profiler.Layers, LargestActivationBytes = profiler.Largest };
        if (!options.Memory) return profile;
        try
        {
            return profile with { Memory = ExecutionPlan.Measure(model, new PlanOptions { Threads = options.Threads }, options.Bindings) };
        }
        catch (Exception e) when (e is ModelException or UnsupportedException)
        {
            return profile with { MemoryFault = e.Message };
        }
    }
}
