namespace Pare.Jit.Tests;

/// <summary>A test that emits code: skipped, with the reason, where none can be emitted.</summary>
public sealed class EmissionFactAttribute : FactAttribute
{
    public EmissionFactAttribute() => Skip = MachineCode.Unavailable;
}
