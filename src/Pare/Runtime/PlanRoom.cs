using Pare.Lowering;

namespace Pare.Runtime;

/// <summary>Refuses plans that do not fit in memory, before anything is allocated for them.</summary>
internal static class PlanRoom
{
    private const double BytesPerMiB = 1 << 20;

    private static long MostArena => Array.MaxLength - MemoryPlanner.Alignment;

    /// <summary>Every value must fit in an arena alone. Kernels may then count in 32 bits.</summary>
    /// <exception cref="ModelException">One does not.</exception>
    public static void RequireValues(Model lowered)
    {
        foreach (string value in lowered.Inputs.Map(i => i.Name).Concat(lowered.Nodes.SelectMany(n => n.Outputs)).Where(v => v.Length > 0))
        {
            TensorType type = lowered.Types[value];
            double bytes = type.Shape.Fixed.Aggregate((double)type.DType.Size(), (product, length) => product * length);
            if (bytes > MostArena)
                throw new ModelException($"The value '{value}' {type} needs {MiB(bytes)}, over the limit of {MiB(MostArena)} for the activations of a run; use a smaller batch.");
        }
    }

    /// <summary>All that a plan and one session take must fit.</summary>
    /// <param name="arena">Bytes of activations and scratch.</param>
    /// <param name="packed">Bytes of packed weights.</param>
    /// <param name="limit">Bytes that there are.</param>
    /// <exception cref="ModelException">It does not.</exception>
    public static void Require(long arena, long packed, long limit)
    {
        if (arena > MostArena)
            throw new ModelException($"The activations need {MiB(arena)}, over the limit of {MiB(MostArena)} for a run; use a smaller batch.");
        if ((double)arena + packed > limit)
            throw new ModelException(
                $"The plan needs {MiB((double)arena + packed)}, {MiB(arena)} of activations and {MiB(packed)} of packed weights, and {MiB(limit)} are there; "
                + "use a smaller batch or model, or raise the limit of the plan's options.");
    }

    private static string MiB(double bytes) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / BytesPerMiB:N1} MiB");
}
