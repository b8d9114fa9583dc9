namespace Pare;

/// <summary>Anything that Pare reports to its user rather than to its developers.</summary>
public abstract class PareException : Exception
{
    /// <summary>Creates the exception.</summary>
    protected PareException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>A model file or a model is wrong: the file must change.</summary>
public sealed class ModelException(string message, Exception? inner = null) : PareException(message, inner);

/// <summary>A recipe or a setting is wrong: the settings must change. One message lists all faults.</summary>
public sealed class RecipeException(string message, Exception? inner = null) : PareException(message, inner);

/// <summary>A data set is missing or wrong: the data must change.</summary>
public sealed class DataException(string message, Exception? inner = null) : PareException(message, inner);

/// <summary>A written file does not give back what went into it; it is not kept.</summary>
public sealed class VerificationException(string message, Exception? inner = null) : PareException(message, inner);

/// <summary>Pare lacks something; the message lists what is supported.</summary>
public sealed class UnsupportedException(string message, Exception? inner = null) : PareException(message, inner);

/// <summary>A file of measured kernels is damaged or of another form: it must be deleted, and is made again.</summary>
public sealed class TuningException(string message, Exception? inner = null) : PareException(message, inner);
