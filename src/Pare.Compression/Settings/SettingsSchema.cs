using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;

namespace Pare.Compression.Settings;

/// <summary>The settings that a record declares, in the order of declaration.</summary>
public sealed class SettingsSchema
{
    private static readonly ConcurrentDictionary<Type, SettingsSchema> Cache = new();

    private SettingsSchema(Type type)
    {
        Type = type;
        object? defaults = type.GetConstructor(Type.EmptyTypes) is null ? null : Activator.CreateInstance(type);
        Settings = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.SetMethod is { IsPublic: true } && p.GetCustomAttribute<SettingAttribute>() is not null)
            .OrderBy(p => p.MetadataToken)
            .Select(p => new Setting(p, defaults))];
    }

    /// <summary>The record's type.</summary>
    public Type Type { get; }

    /// <summary>Its settings: every property that carries <see cref="SettingAttribute"/>.</summary>
    public ImmutableArray<Setting> Settings { get; }

    /// <summary>The settings of a record type.</summary>
    public static SettingsSchema Of(Type type) => Cache.GetOrAdd(type, t => new SettingsSchema(t));

    /// <summary>The setting of that name, or null.</summary>
    public Setting? Find(string name) => Settings.FirstOrDefault(s => s.Name == name);
}
