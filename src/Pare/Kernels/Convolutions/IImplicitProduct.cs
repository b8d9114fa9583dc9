using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions;

/// <summary>An implicit product at some level.</summary>
internal unsafe interface IImplicitProduct
{
    /// <summary>Numbers of the packed weights of all groups, slack included.</summary>
    long PackedFloats { get; }

    /// <summary>How the rows of a group's weights are cut for packing.</summary>
    RowPanels Panels { get; }

    /// <summary>Bytes of scratch for a run.</summary>
    long ScratchBytes(int threads);

    /// <summary>Computes all images and groups; allocates nothing.</summary>
    void Run(in ImplicitOperands operands, WorkerPool pool, byte* scratch);

    /// <summary>The implicit product of the best kernel of a level.</summary>
    static IImplicitProduct Create(in PlaneGeometry geometry, int batch, int groups, CpuFeatures cpu) =>
        cpu.HasVector512 ? new ImplicitProduct<MicroAvx512>(geometry, batch, groups)
        : cpu.HasAvx2 ? new ImplicitProduct<MicroAvx2>(geometry, batch, groups)
        : cpu.HasVector128 ? new ImplicitProduct<MicroVector128>(geometry, batch, groups)
        : new ImplicitProduct<MicroScalar>(geometry, batch, groups);
}
