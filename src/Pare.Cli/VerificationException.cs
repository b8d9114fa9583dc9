namespace Pare.Cli;

/// <summary>A written file does not give back what went into it.</summary>
internal sealed class VerificationException(string message, Exception? inner = null) : PareException(message, inner);
