namespace Pare.Compression.Quantization.Debugging;

/// <summary>Where a node reads a value: the node's name, or "" for an output of the network, and the place there.</summary>
internal readonly record struct Edge(string Reader, int Input);
