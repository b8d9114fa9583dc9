namespace Pare.Cli.Output;

/// <summary>Shows how far long work is.</summary>
internal interface IWorkDisplay
{
    /// <summary>Begins a part of the work.</summary>
    IWorkBar Start(string title);

    /// <summary>Says something that stays readable.</summary>
    void Note(string text);
}

/// <summary>A part of the work; disposing it says that it is over.</summary>
internal interface IWorkBar : IDisposable
{
    /// <summary>Says how far it is.</summary>
    /// <param name="fraction">From 0 to 1.</param>
    /// <param name="detail">What is known now: "epoch 3/10, error 1.20 %".</param>
    void Report(double fraction, string detail = "");
}
