namespace Pare.Compression.Methods;

/// <summary>In how many steps the target is reached.</summary>
public enum PruningSchedule
{
    /// <summary>At once.</summary>
    OneShot,
    /// <summary>Fast first, slower towards the end: s(t) = s1 + (s0 - s1) (1 - t/n)^3, with retraining between.</summary>
    Gradual,
    /// <summary>The same share of what is left in each round, with retraining between.</summary>
    Iterative,
}
