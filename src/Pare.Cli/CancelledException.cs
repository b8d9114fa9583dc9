namespace Pare.Cli;

/// <summary>A verb was cancelled; the message says what is kept and how to go on.</summary>
internal sealed class CancelledException(string message) : OperationCanceledException(message);
