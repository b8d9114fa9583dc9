namespace Pare.Cli.Output;

/// <summary>Hears progress on the thread that tells it; <see cref="Progress{T}"/> would post it to another, late and out of order.</summary>
internal sealed class Direct<T>(Action<T> hear) : IProgress<T>
{
    public void Report(T value) => hear(value);
}
