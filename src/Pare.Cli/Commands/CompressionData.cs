using Pare.Compression.Data;

namespace Pare.Cli.Commands;

/// <summary>The samples of a compression.</summary>
/// <param name="Name">The set's name; "" without one.</param>
/// <param name="Train">To train on, or null.</param>
/// <param name="Validation">To choose by, or null.</param>
/// <param name="Test">Opens the official test set, which is read once at the end; null where it is left alone.</param>
internal sealed record CompressionData(string Name, DataSet? Train, DataSet? Validation, Func<DataSet>? Test)
{
    /// <summary>No data: the weights must say it all.</summary>
    public static CompressionData None { get; } = new("", null, null, null);
}
