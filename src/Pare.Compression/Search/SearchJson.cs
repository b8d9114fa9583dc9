using System.Text.Json.Serialization;

namespace Pare.Compression.Search;

/// <summary>The form of journals: a line each, camel case, nulls left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TrialResult))]
internal sealed partial class JournalJson : JsonSerializerContext;

/// <summary>The form of search reports: as that of compression reports.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SearchReport))]
internal sealed partial class SearchJson : JsonSerializerContext;
