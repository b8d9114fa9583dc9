using Pare.Compression.Settings;

namespace Pare.Compression.Zoo;

/// <summary>Options of the SqueezeNets.</summary>
public sealed record SqueezeNetSettings : DropoutSettings
{
    /// <summary>Shortcuts around the fire modules.</summary>
    [Setting(Help = "shortcuts around the fire modules")]
    public SqueezeNetBypass Bypass { get; init; }
}
