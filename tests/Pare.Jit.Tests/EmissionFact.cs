// The code of the process is counted: no other test may hold some meanwhile.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Pare.Jit.Tests;

/// <summary>A test that emits code: skipped, with the reason, where none can be emitted.</summary>
public sealed class EmissionFactAttribute : FactAttribute
{
    public EmissionFactAttribute() => Skip = MachineCode.Unavailable;
}
