using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pare.Compression.Search;

/// <summary>A hash as its digits.</summary>
internal sealed class ContentHashJson : JsonConverter<ContentHash>
{
    public override ContentHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, ContentHash value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
