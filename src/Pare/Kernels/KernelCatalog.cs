namespace Pare.Kernels;

/// <summary>The kernels. Order only breaks ties of predicted time; <see cref="Evaluation"/> runs what no other kernel takes.</summary>
internal static class KernelCatalog
{
    public static Catalog<Kernel> Default { get; } = new("kernel", [new Evaluation()]);
}
