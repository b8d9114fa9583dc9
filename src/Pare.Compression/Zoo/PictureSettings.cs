using Pare.Compression.Settings;

namespace Pare.Compression.Zoo;

/// <summary>Options of a network on square pictures of any size.</summary>
public record PictureSettings : ClassifierSettings
{
    /// <summary>Rows and columns of the input picture. Fully connected layers behind a flattening grow with it.</summary>
    [Setting(Min = 1, Max = 4096, Unit = "pixels", Help = "rows and columns of the input picture")]
    public int Resolution { get; init; } = 224;
}
