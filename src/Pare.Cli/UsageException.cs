namespace Pare.Cli;

/// <summary>The command line is wrong in a way that only the verb can see.</summary>
internal sealed class UsageException(string message) : PareException(message);
