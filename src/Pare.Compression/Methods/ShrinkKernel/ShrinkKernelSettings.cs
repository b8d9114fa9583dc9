using Pare.Compression.Rewriting;
using Pare.Compression.Settings;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="ShrinkKernel"/>.</summary>
public sealed record ShrinkKernelSettings : MethodSettings
{
    /// <summary>Kernels longer than this along an axis become so long there.</summary>
    [Setting(Min = 1, Max = 31, Unit = "taps", Help = "kernels larger than this become so large")]
    public int To { get; init; } = 3;

    /// <summary>Several small convolutions of the same receptive field take the place of a large one.</summary>
    [Setting(Help = "a chain of small convolutions that sees as far as the large one")]
    public bool Stack { get; init; }

    /// <summary>What stands between the convolutions of a chain.</summary>
    [Setting(Help = "what stands between the convolutions of a chain")]
    public Between Between { get; init; } = Between.Relu;

    /// <summary>The correlation of neighbouring inputs under which the small kernel comes closest to the large one; 0 is a plain crop.</summary>
    [Setting(Min = 0, Max = 1, Help = "assumed correlation of neighbouring inputs; 0 crops the kernel")]
    public double Correlation { get; init; } = 0.9;

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (Stack && To == 1) yield return "'stack' needs 'to' of at least 2: a chain of kernels of one tap sees no further than one.";
    }
}
