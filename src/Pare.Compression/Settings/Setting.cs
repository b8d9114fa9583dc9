using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;

namespace Pare.Compression.Settings;

/// <summary>What is known of a setting: its name, type, range, default and help.</summary>
public sealed class Setting
{
    private readonly SettingAttribute _declared;

    internal Setting(PropertyInfo property, object? defaults)
    {
        Property = property;
        _declared = property.GetCustomAttribute<SettingAttribute>() ?? new SettingAttribute();
        Name = KebabCase.Of(property.Name);
        Default = _declared.Default ?? (defaults is null ? null : property.GetValue(defaults));
        Nullable = System.Nullable.GetUnderlyingType(property.PropertyType) is not null
            || (!property.PropertyType.IsValueType && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable);
        Type = System.Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Element = ElementOf(Type);
    }

    /// <summary>The name that users write: "keep-zero".</summary>
    public string Name { get; }

    /// <summary>The type of a value, without a "may be absent" around it.</summary>
    public Type Type { get; }

    /// <summary>True where "null" is a value.</summary>
    public bool Nullable { get; }

    /// <summary>The value of a new record.</summary>
    public object? Default { get; }

    /// <summary>One line on what it does.</summary>
    public string Help => _declared.Help;

    /// <summary>The unit of the number, or "".</summary>
    public string Unit => _declared.Unit ?? "";

    /// <summary>The least number allowed.</summary>
    public double Min => _declared.Min;

    /// <summary>The greatest number allowed.</summary>
    public double Max => _declared.Max;

    /// <summary>The words allowed, where the type is an enumeration.</summary>
    public ImmutableArray<string> Choices => (Element ?? Type).IsEnum ? [.. Enum.GetNames(Element ?? Type).Select(KebabCase.Of)] : [];

    /// <summary>True where layers can have values of their own.</summary>
    public bool PerLayer => !_declared.WholeStep && Element is null && !IsSection;

    /// <summary>True where the value is a group of settings of its own.</summary>
    public bool IsSection => Element is null && !IsScalar(Type);

    /// <summary>Its value in a record of settings.</summary>
    public object? ValueIn(object record) => Property.GetValue(record);

    internal PropertyInfo Property { get; }

    internal Type? Element { get; }

    /// <summary>What a value must be: "a number from 0 to 1", "one of layer, global".</summary>
    public string Expected => Element is null ? One : $"a list, each {One}";

    private string One
    {
        get
        {
            Type type = Element ?? Type;
            if (type.IsEnum) return $"one of {string.Join(", ", Choices)}";
            if (type == typeof(bool)) return "true or false";
            if (type == typeof(string)) return "a text";
            if (IsSection) return "a group of settings";
            string noun = type == typeof(float) || type == typeof(double) ? "a number" : "an integer";
            string range = (double.IsFinite(Min), double.IsFinite(Max)) switch
            {
                (true, true) => string.Create(CultureInfo.InvariantCulture, $" from {Min} to {Max}"),
                (true, false) => string.Create(CultureInfo.InvariantCulture, $" of at least {Min}"),
                (false, true) => string.Create(CultureInfo.InvariantCulture, $" of at most {Max}"),
                _ => "",
            };
            return Unit.Length == 0 ? noun + range : $"{noun}{range} ({Unit})";
        }
    }

    /// <summary>A value as users write it.</summary>
    public static string Text(object? value) => value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        Enum e => KebabCase.Of(e.ToString()),
        string s => s,
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Text))}]",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    internal static bool IsScalar(Type type) =>
        type.IsEnum || type == typeof(bool) || type == typeof(string) || type == typeof(float) || type == typeof(double)
        || type == typeof(int) || type == typeof(long) || type == typeof(ulong);

    private static Type? ElementOf(Type type)
    {
        if (type.IsArray) return type.GetElementType();
        if (!type.IsGenericType) return null;
        Type shape = type.GetGenericTypeDefinition();
        return shape == typeof(ImmutableArray<>) || shape == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;
    }
}
