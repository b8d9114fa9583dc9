namespace Pare.Compression;

/// <summary>
/// The settings of a method: a record whose properties carry <see cref="Settings.SettingAttribute"/>. Each layer has its own copy,
/// so a plain <c>int Bits</c> can be 8 in one layer and 5 in another.
/// </summary>
public abstract record MethodSettings
{
    /// <summary>What is wrong with the settings together, though each is in its range.</summary>
    public virtual IEnumerable<string> Faults() => [];
}
