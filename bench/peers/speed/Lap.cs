namespace Pare.Peers.Speed;

/// <summary>What an engine did in a race.</summary>
/// <param name="Seconds">The median of all its runs.</param>
/// <param name="Rounds">The median of each round.</param>
/// <param name="Runs">How many runs there were.</param>
/// <param name="Others">The share of the machine that processes outside the race used meanwhile.</param>
internal sealed record Lap(double Seconds, double[] Rounds, int Runs, double Others);
