using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pare.Cli.Output;

/// <summary>What a verb writes with: results to standard output, everything else to standard error.</summary>
internal sealed class Terminal(TerminalStreams streams, TerminalOptions options, TimeProvider time)
{
    /// <summary>The version of the objects that <c>--json</c> prints: it grows when a field goes or changes its meaning.</summary>
    public const int JsonVersion = 1;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What the user asked for.</summary>
    public TerminalOptions Options => options;

    /// <summary>Columns for text on standard output; no limit where it goes to a file.</summary>
    public int Width => streams.OutIsTerminal ? streams.Width : int.MaxValue;

    /// <summary>A line of the result for people; nothing where <c>--json</c> was asked for.</summary>
    public void Line(string text = "")
    {
        if (!options.Json) streams.Out.WriteLine(text);
    }

    /// <summary>A sentence of the result for people, broken between words.</summary>
    public void Prose(string text)
    {
        foreach (string line in WordWrap.Lines(text, Width)) Line(line);
    }

    /// <summary>A part of the result for people, set off by a heading.</summary>
    public void Heading(string text)
    {
        Line();
        Line(streams is { OutIsTerminal: true, Color: true } ? $"\e[1m{text}\e[0m" : text);
    }

    /// <summary>A table of the result for people.</summary>
    public void Table(TextTable table)
    {
        if (options.Json) return;
        foreach (string line in table.Lines(Width)) streams.Out.WriteLine(line);
    }

    /// <summary>The result for programs: printed only where <c>--json</c> was asked for, with version and verb in front.</summary>
    public void Json(string verb, JsonObject result)
    {
        if (!options.Json) return;
        var whole = new JsonObject { ["version"] = JsonVersion, ["verb"] = verb };
        foreach ((string name, JsonNode? value) in result.ToList())
        {
            result.Remove(name);
            whole[name] = value;
        }
        streams.Out.WriteLine(whole.ToJsonString(Indented));
    }

    /// <summary>Something worth knowing while it works; <c>--quiet</c> leaves it out.</summary>
    public void Note(string text)
    {
        if (!options.Quiet) streams.Error.WriteLine(text);
    }

    /// <summary>Something that the user should look at.</summary>
    public void Warn(string text) => streams.Error.WriteLine($"{Colored("33", "warning:")} {text}");

    /// <summary>Why it failed.</summary>
    public void Error(string text) => streams.Error.WriteLine($"{Colored("31", "error:")} {text}");

    /// <summary>Does something long with a display of how far it is: bars on a terminal, a line now and then elsewhere.</summary>
    public T Work<T>(Func<IWorkDisplay, T> work) => WorkAsync(display => Task.FromResult(work(display))).GetAwaiter().GetResult();

    /// <summary>The same for work that waits.</summary>
    public Task<T> WorkAsync<T>(Func<IWorkDisplay, Task<T>> work)
    {
        if (options.Quiet) return work(QuietDisplay.Instance);
        return streams.ErrorIsTerminal ? BarDisplay.RunAsync(streams, work) : work(new LineDisplay(streams.Error, time));
    }

    private string Colored(string code, string text) => streams is { ErrorIsTerminal: true, Color: true } ? $"\e[{code}m{text}\e[0m" : text;
}
