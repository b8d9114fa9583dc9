namespace Pare.Runtime;

/// <summary>Persistent threads.</summary>
internal sealed class WorkerPool;
