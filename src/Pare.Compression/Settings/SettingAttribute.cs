namespace Pare.Compression.Settings;

/// <summary>
/// Says what a setting is and which values it takes. One declaration feeds validation, command-line help, recipe files, the
/// dashboard's forms and search.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute : Attribute
{
    /// <summary>The least number allowed.</summary>
    public double Min { get; set; } = double.NegativeInfinity;

    /// <summary>The greatest number allowed.</summary>
    public double Max { get; set; } = double.PositiveInfinity;

    /// <summary>The value where none is given; null: the value of the property in a new record.</summary>
    public object? Default { get; set; }

    /// <summary>The unit of the number: "epochs", "bits"; null for none.</summary>
    public string? Unit { get; set; }

    /// <summary>One line for help and forms.</summary>
    public string Help { get; set; } = "";

    /// <summary>True where layers cannot have values of their own: the setting is about a step as a whole.</summary>
    public bool WholeStep { get; set; }
}
