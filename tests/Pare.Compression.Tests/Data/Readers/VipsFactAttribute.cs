using Pare.Compression.Data.Readers;

namespace Pare.Compression.Tests.Data.Readers;

/// <summary>A test that reads pictures; skipped, with the reason, where libvips is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class VipsFactAttribute : FactAttribute
{
    public VipsFactAttribute()
    {
        if (!Vips.IsAvailable)
            Skip = "libvips.so.42 is not on this machine: apt install libvips42.";
    }
}
