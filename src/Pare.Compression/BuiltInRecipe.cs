namespace Pare.Compression;

/// <summary>A recipe that comes with Pare.</summary>
/// <param name="Name">What users write in the place of a file.</param>
/// <param name="Summary">One line of help.</param>
/// <param name="Yaml">The recipe.</param>
public sealed record BuiltInRecipe(string Name, string Summary, string Yaml) : INamed;
